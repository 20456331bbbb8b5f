"""``industag score``: how likely each label is for one text."""

from __future__ import annotations

import click

from industag.cli.options import given_text, load_model, model_option


@click.command()
@click.argument("text")
@click.option("--all", "show_all", is_flag=True, help="Every label, not only those from a probability of 0.05 on.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object from label to probability, with every label.")
@model_option
def score(text: str, show_all: bool, as_json: bool, model: str | None) -> None:
    """Print the probability of each label for TEXT (- for standard input), the likeliest first.

    \b
    Example:
      industag score "A pilot line for perovskite solar cells"
    """
    import json

    from industag.output.terminal import rank

    tagger = load_model(model)
    scores = tagger.score(given_text(text))
    if as_json:
        click.echo(json.dumps({label: round(probability, 6) for label, probability in scores.items()}))
        return
    shown = [(label, probability) for label, probability in scores.items() if show_all or probability >= 0.05]
    lines = list(rank(shown, tagger.taxonomy))
    click.echo("\n".join(lines) if lines else "no label reaches a probability of 0.05 (--all shows every label)")
