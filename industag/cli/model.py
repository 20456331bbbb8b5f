"""``industag model``: look at a model, and exchange it."""

from __future__ import annotations

import click

from industag.cli.options import load_model, model_option, note


@click.group("model")
def model_commands() -> None:
    """Look at a model, and pass it on as a joblib file, or what it learned as a table."""


@model_commands.command("card")
@model_option
def show_card(model: str | None) -> None:
    """Print the model card: what the model was trained on and what was measured."""
    from industag.artefact import load_card

    click.echo(load_card(model))


@model_commands.command("weights")
@click.option("--least", type=click.FloatRange(min=0), default=1.0, show_default=True, help="Leave out weights nearer to 0.")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False), help="The .tsv file to write.")
@model_option
def write_weights(least: float, output: str, model: str | None) -> None:
    """Write the weights that a model learned for terms: what it owes to its labelled sentences, without the sentences.

    `industag train --weights FILE` begins with them, where the sentences themselves must not go. A term is one or two words
    or two or three characters.
    """
    from industag.learned import table_of_weights
    from industag.output.writers import open_output

    weights = load_model(model).scorer.term_weights(least)
    with open_output(output) as file:
        file.write(table_of_weights(weights).encode("utf-8"))
    note(f"{len(weights)} weights written to {output}")


@model_commands.command("export")
@click.argument("file", type=click.Path(dir_okay=False))
@model_option
def export_model(file: str, model: str | None) -> None:
    """Write the model into a joblib FILE, for pipelines that want one."""
    from industag.joblib_files import export_joblib

    export_joblib(load_model(model), file)
    note(f"written to {file}; loading it runs code, so pass it on only to those who trust you")


@model_commands.command("import")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--trust", is_flag=True, help="I made this file myself: loading it may run any code that is in it.")
@click.option("-o", "--output", required=True, type=click.Path(), help="The model folder to write.")
def import_model(file: str, trust: bool, output: str) -> None:
    """Turn a joblib FILE that you made yourself back into a model folder."""
    from industag.artefact import save
    from industag.joblib_files import import_joblib

    fingerprint = save(import_joblib(file, trust=trust), output)
    note(f"model {fingerprint} written to {output}")
