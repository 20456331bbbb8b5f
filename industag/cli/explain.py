"""``industag explain``: the sum behind each tag of one text."""

from __future__ import annotations

import sys

import click

from industag.cli.options import given_text, load_model, make_terminal, model_option


@click.command()
@click.argument("text")
@click.option(
    "--label",
    "labels",
    multiple=True,
    metavar="ID",
    help="Explain this label, tagged or not. Repeat for more.",
)
@model_option
def explain(text: str, labels: tuple[str, ...], model: str | None) -> None:
    """Print, for each tag of TEXT (- for standard input), the sentence with its evidence and the sum that makes the score.

    \b
    Example:
      industag explain "量子密钥分发网络开通" --label quantum-communication
    """
    tagger = load_model(model)
    explanations = tagger.explain(given_text(text), labels or None)
    terminal = make_terminal(colour=sys.stdout.isatty())
    for explanation in explanations:
        for line in terminal.explanation(explanation, tagger.taxonomy):
            click.echo(line)
        click.echo()
    if not explanations:
        click.echo("no tag, and nothing to review (--label ID explains any label)")
