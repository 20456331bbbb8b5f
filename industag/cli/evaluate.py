"""``industag evaluate``: how right the tags are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from industag.cli.options import load_model, model_option, refuse_to_overwrite

if TYPE_CHECKING:
    from industag.taxonomy import Taxonomy


@click.command()
@click.argument("gold", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="The figures as JSON.")
@click.option("--errors", is_flag=True, help="Show each text whose labels differ.")
@click.option("--details", is_flag=True, help="By label and source, how far probabilities hold, and what is confused.")
@click.option(
    "--predictions",
    type=click.Path(dir_okay=False),
    help="Write the predicted labels of each text to this jsonl file.",
)
@click.option(
    "--record",
    nargs=2,
    metavar="FILE TEXT",
    help="Write the figures to FILE, with a few words on what GOLD is; as seeds/measured.json they go into the model card.",
)
@model_option
def evaluate(  # noqa: PLR0913 - one argument for each option
    gold: str,
    as_json: bool,
    errors: bool,
    details: bool,
    predictions: str | None,
    record: tuple[str, str] | None,
    model: str | None,
) -> None:
    """Compare the tags of the texts in GOLD (jsonl or csv with text and labels) with the labels given there.

    Labels under "maybe" count neither way. Micro-averaged precision, recall and F1 with a 95 % bootstrap interval, and macro
    F1, for every label with its ancestors (class), fields and branches only (field), and whether there is any label (any).
    """
    import json
    from dataclasses import asdict

    from industag.details import format_details
    from industag.evaluation import evaluate as evaluate_labels
    from industag.evaluation import format_quality
    from industag.labelled import read_labelled
    from industag.output.writers import open_output

    tagger = load_model(model)
    texts = read_labelled(gold, tagger.taxonomy)
    predicted = [tagged.labels for tagged in tagger.tag(text.text for text in texts)]
    if predictions is not None:
        refuse_to_overwrite(predictions, [gold])
        with open_output(predictions) as file:
            for text, labels in zip(texts, predicted, strict=True):
                file.write(json.dumps({"id": text.id, "labels": sorted(labels)}).encode("ascii") + b"\n")
    results = evaluate_labels(texts, predicted, tagger.taxonomy)
    if record:
        from industag.measured import Measured, fingerprint_of_weights

        with open_output(record[0]) as file:
            file.write(Measured(record[1], fingerprint_of_weights(tagger.scorer), results).to_json().encode("utf-8"))
    if as_json:
        figures = {f"{g}.{level}": {k: round(v, 4) for k, v in asdict(q).items()} for (g, level), q in results.items()}
        click.echo(json.dumps(figures, indent=1))
    else:
        click.echo(format_quality(results))
    if details:
        scores = [tagger.score(text.text) for text in texts]
        click.echo("\n".join(format_details(texts, predicted, scores, tagger.taxonomy)))
    if errors:
        for text, labels in zip(texts, predicted, strict=True):
            _echo_difference(tagger.taxonomy, text, labels)


def _echo_difference(taxonomy: Taxonomy, text: Any, labels: Iterable[str]) -> None:  # noqa: ANN401 - a LabelledText
    """Print a text whose predicted labels are not the right ones."""
    right, given = taxonomy.close(text.labels), taxonomy.close(labels)
    wrong = taxonomy.most_specific(given - right - taxonomy.close(text.maybe))
    missed = taxonomy.most_specific(right - given)
    if wrong or missed:
        click.echo(f"\n{text.id}  {' '.join(text.text.split())}")
        for title, ids in (("wrong", wrong), ("missed", missed)):
            if ids:
                click.echo(f"  {title}: {', '.join(sorted(ids))}")
