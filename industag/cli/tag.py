"""``industag tag``: documents in, rows out."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from industag.cli.options import INTERRUPTED, SOME_FAILED, load_model, make_terminal, model_option, note, refuse_to_overwrite
from industag.reading.documents import DEFAULT_SECONDS
from industag.reading.formats import FORMATS

if TYPE_CHECKING:
    from industag.output.writers import Layout


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE|DIR|-...")
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write to this file, whole or not at all.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "jsonl", "csv", "xlsx", "parquet"]),
    help="By default what the name of the output ends in, or else table, which is text for a person to read.",
)
@click.option(
    "--rows",
    type=click.Choice(["sentence", "tag", "document"]),
    default="sentence",
    show_default=True,
    help="A row for each sentence with its tags, for each tag, or for each document (see above).",
)
@click.option(
    "--level",
    type=click.Choice(["class", "field", "document"]),
    default="class",
    help="Answer with the finest classes, or fields; or with the finest classes of each document, as --rows document does.",
)
@click.option("--min-probability", type=click.FloatRange(0, 1), help="Give every label from this probability on.")
@click.option("--include", multiple=True, metavar="ID", help="Only this label and those below it. Repeat for more.")
@click.option("--exclude", multiple=True, metavar="ID", help="Not this label and those below it. Repeat for more.")
@click.option(
    "--text-column",
    metavar="NAME",
    help="The column or key with the text, in csv, tsv, jsonl, xlsx and parquet. [default: text]",
)
@click.option(
    "--stdin-format",
    type=click.Choice(FORMATS),
    default="txt",
    help="What '-' is. [default: txt]",
)
@click.option(
    "--file-limit",
    metavar="SECONDS",
    type=click.FloatRange(0, min_open=True),
    default=DEFAULT_SECONDS,
    show_default=True,
    help="A pdf, docx, xlsx or parquet file that takes longer to read has failed.",
)
@click.option(
    "--workers",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    help="So many processes do the work; 0: one for each core. Worth it for pdf, docx and xlsx. The result is the same.",
)
@click.option(
    "--resume/--no-resume",
    default=True,
    help="Go on where the same command was cut short (the default), or begin anew.",
)
@click.option(
    "--progress",
    type=click.Choice(["bar", "json", "none"]),
    help="How far it is, on standard error: a bar, or a line of JSON each second. [default: bar on a terminal]",
)
@model_option
def tag(files: tuple[str, ...], output: str | None, form: str | None, model: str | None, **given: Any) -> None:  # noqa: ANN401 - the other options
    """Tag documents sentence by sentence: files, folders of them, patterns ('reports/**/*.pdf'), or - for standard input.

    It reads txt, md, html, csv, tsv and jsonl (also packed with gzip) and docx; and pdf, xlsx and parquet with the libraries
    that pip install 'industag[all]' brings.

    The result has one row for each sentence: where it is, its tags with their probability and the words that earned them,
    or "review" where a person should look. Other columns of a table are passed through. A file that cannot be read is one
    row with its error; the others are tagged all the same.

    With --rows document, a label's probability is the highest that one of the document's sentences has for it; beside it
    stand how many of its sentences carry the label, which share of them that is, and the three likeliest as quotations.

    An output file appears when all of it is written, with its counts and failures in OUTPUT.summary.json. Until then the
    work is kept in hidden files beside it: after a crash or Ctrl-C the same command goes on from there.

    Exit code: 0, or 1 if some input failed, or 2 for wrong use, or 130 after Ctrl-C.

    \b
    Examples:
      industag tag plan.txt
      industag tag 'reports/**/*.pdf' --level field -o fields.csv
      industag tag reports/ --workers 0 --rows tag -o tags.xlsx
      industag tag news.csv --text-column body --include biotechnology -o bio.jsonl
      cat speech.txt | industag tag -
    """
    from industag.answers import TagOptions
    from industag.batch.progress import ProgressReport
    from industag.batch.run import Job, run
    from industag.batch.workers import Setup, cores
    from industag.reading.documents import ReadOptions

    rows = "document" if given["level"] == "document" else given["rows"]
    layout = _layout(form or _format_of(output), rows, output)
    tagger = load_model(model)
    options = TagOptions(
        level="field" if given["level"] == "field" else "segment",
        min_probability=given["min_probability"],
        include=frozenset(tagger.taxonomy.resolve(label) for label in given["include"]),
        exclude=frozenset(tagger.taxonomy.resolve(label) for label in given["exclude"]),
    )
    refuse_to_overwrite(output, files)
    _warn_of_others(files)
    read = ReadOptions(given["text_column"], given["stdin_format"], seconds=given["file_limit"])
    setup = Setup(model, tagger.fingerprint, options, read)
    job = Job(files, setup, layout, output, given["workers"] or cores(), given["resume"])
    watched = sys.stderr.isatty() and (output is not None or not sys.stdout.isatty())
    report = ProgressReport(given["progress"] or ("bar" if watched else "none"), sys.stderr)
    try:
        tally = run(job, tagger, sys.stdout.buffer, report)
    except KeyboardInterrupt:
        report.say("stopped" + ("; the same command goes on from here" if output is not None else ""))
        sys.exit(INTERRUPTED)
    finally:
        report.clear()
    if output is not None:
        counts = ", ".join(f"{tally.statuses[status]} {status}" for status in ("tagged", "review", "none"))
        note(f"{tally.sentences} sentences ({counts}) written to {output}")
    if tally.incomplete:
        note(f"{tally.incomplete} documents were read in part")
    if tally.statuses["error"]:
        note(f"{tally.statuses['error']} documents or rows failed")
        sys.exit(SOME_FAILED)


def _format_of(output: str | None) -> str:
    """Return the format that the name of an output asks for."""
    from industag.output.writers import SUFFIXES

    if output is None:
        return "table"
    suffix = Path(output).suffix.lower()
    if suffix not in SUFFIXES:
        known = ", ".join(each for each in SUFFIXES if each)
        raise click.UsageError(f"cannot write {suffix} files; name the output one of {known}, or give --format")
    return SUFFIXES[suffix]


def _layout(kind: str, form: str, output: str | None) -> Layout:
    """Return what the result looks like, if it can look like that."""
    from industag.output.writers import Layout

    if kind == "table" and form != "sentence":
        raise click.UsageError(f"--rows {form} is for tables and jsonl; name an output such as x.csv, or give --format")
    if kind in ("xlsx", "parquet") and output is None:
        raise click.UsageError(f"{kind} is no format for standard output; name a file with -o")
    return Layout(kind, form, make_terminal(colour=output is None and sys.stdout.isatty()))


def _warn_of_others(files: Iterable[str]) -> None:
    """Say which files in the given folders will not be read."""
    from industag.reading.finding import others_in

    for folder in map(Path, files):
        if folder.is_dir():
            others = (path for path in others_in(folder) if not path.name.endswith(".summary.json"))
            kinds = Counter(path.suffix.lower() or "no suffix" for path in others)
            if kinds:
                listed = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
                note(f"{folder}: passing over files of other kinds ({listed})")
