"""``industag report``: a page for the browser of what was tagged."""

from __future__ import annotations

import click

from industag.cli.options import load_model, model_option, note, refuse_to_overwrite


@click.command()
@click.argument("tags", metavar="TAGS.JSONL", type=click.Path())
@click.option("-o", "--output", default="report.html", show_default=True, type=click.Path(dir_okay=False), help="The page.")
@click.option("--title", default="", help="The title. [default: one in English and Chinese]")
@click.option("--date", default="", help="A date, or other words, to stand below the title. [default: none]")
@model_option
def report(tags: str, output: str, title: str, date: str, model: str | None) -> None:
    """Make a page for the browser of TAGS.JSONL, which 'industag tag ... -o tags.jsonl' wrote.

    One file that needs no network: counts by field and class, and the tagged sentences with their evidence in colour, to
    filter, read and quote, in English or Chinese. The model gives the tree of labels.

    \b
    Example:
      industag tag folder/ -o tags.jsonl
      industag report tags.jsonl -o report.html
    """
    from industag.output.jsonl_rows import read_rows
    from industag.output.report import make_report
    from industag.output.writers import open_output

    refuse_to_overwrite(output, [tags])
    made = make_report(read_rows(tags), load_model(model).taxonomy)
    with open_output(output) as file:
        file.write(made.to_html(title, date).encode("utf-8"))
    if made.strangers:
        listed = ", ".join(made.strangers[:5]) + (", ..." if len(made.strangers) > 5 else "")
        note(f"outside the model's tree of labels: {listed}; give --model with the one that made the tags")
    note(f"{len(made.sentences)} sentences of {len(made.documents)} documents written to {output}")
