"""``industag train``: a taxonomy, seeds and labelled sentences in, a model out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from industag.cli.options import load_model, note, taxonomy_option

if TYPE_CHECKING:
    from industag.tagger import Tagger

_MEASURED = {"seeds": "sentences written for training", "labelled": "labelled texts"}


@click.command()
@taxonomy_option
@click.option("--seeds", type=click.Path(), help="The seeds folder; by default the one that came with industag.")
@click.option(
    "--without-seeds",
    is_flag=True,
    help="Train from keywords (and --labels) alone, as for a taxonomy of your own.",
)
@click.option(
    "--labels",
    "label_files",
    multiple=True,
    metavar="FILE",
    help="Labelled sentences, jsonl or csv. Repeat for more.",
)
@click.option(
    "--terms",
    "term_files",
    multiple=True,
    metavar="FILE",
    help="Terms that a person has read over, in a table as `industag harvest` writes it. Repeat for more.",
)
@click.option(
    "--weights",
    "weight_files",
    multiple=True,
    metavar="FILE",
    help="Weights of terms to begin with, in a table as `industag model weights` writes it. Repeat for more.",
)
@click.option(
    "--precision",
    type=click.FloatRange(0.5, 0.99),
    default=0.9,
    show_default=True,
    help="What thresholds aim at, where there are 200 labelled sentences or more to fit them to.",
)
@click.option("-o", "--output", default="model", show_default=True, type=click.Path(), help="The model folder to write.")
def train(  # noqa: PLR0913 - one argument for each option
    taxonomy: str | None,
    seeds: str | None,
    without_seeds: bool,
    label_files: tuple[str, ...],
    term_files: tuple[str, ...],
    weight_files: tuple[str, ...],
    precision: float,
    output: str,
) -> None:
    """Train a model: taxonomy + seeds (+ labelled sentences) -> a model folder. The same input gives the same bytes.

    Labelled sentences are lines of JSON, {"text": "...", "labels": ["wind-power"]}, or a CSV file with the columns text and
    labels (ids separated by ;). An empty list of labels says that the sentence carries none, which helps as much.

    \b
    Examples:
      industag train --labels mine.jsonl -o my-model
      industag train --taxonomy my-taxonomy/ -o my-model
      industag tag plan.txt --model my-model
    """
    from industag.artefact import check_replaceable, save
    from industag.card import card, metrics
    from industag.evaluation import format_quality
    from industag.labelled import read_labelled
    from industag.learned import read_learned_terms, read_term_weights
    from industag.seeds import load_learned_terms, load_measured, load_seed_sentences, load_term_weights
    from industag.taxonomy_files import load_taxonomy
    from industag.training import train as train_tagger

    started = time.monotonic()
    check_replaceable(output)
    loaded = load_taxonomy(taxonomy)
    sentences = [] if without_seeds else load_seed_sentences(loaded, seeds)
    learned = [] if without_seeds else load_learned_terms(loaded, seeds)
    learned += [term for file in term_files for term in read_learned_terms(file, loaded)]
    starts = [] if without_seeds else load_term_weights(loaded, seeds)
    starts += [weight for file in weight_files for weight in read_term_weights(file, loaded)]
    labelled = [text for file in label_files for text in read_labelled(file, loaded)]
    note(f"training on {len(loaded)} labels, {len(sentences)} seed sentences and {len(labelled)} labelled texts ...")
    trained = train_tagger(loaded, sentences, labelled, precision=precision, learned=learned, starts=starts)
    recorded = None if without_seeds or labelled or term_files or weight_files else load_measured(seeds)
    extras = {"card.md": card(trained, recorded), "metrics.json": metrics(trained)}
    fingerprint = save(trained.tagger, output, extras)
    if trained.quality:
        note(f"by cross-validation on the {_MEASURED[trained.measured_on]}:\n" + format_quality(trained.quality))
    if labelled:
        note(_learned(trained_tagger=trained.tagger, before=load_model(None), labelled=labelled))
    note(f"model {fingerprint} written to {output} in {time.monotonic() - started:.1f} s; use it with --model {output}")


def _learned(trained_tagger: Tagger, before: Tagger, labelled: list[Any]) -> str:
    """Return how many of the labelled texts come out right, with the shipped model and with the new one."""

    def right(tagger: Tagger) -> int:
        close = trained_tagger.taxonomy.close
        return sum(
            close(text.labels) - close(text.maybe)
            == close(label for label in tagged.labels if label in trained_tagger.taxonomy) - close(text.maybe)
            for text, tagged in zip(labelled, tagger.tag(text.text for text in labelled), strict=True)
        )

    count = len(labelled)
    return (
        f"of the {count} labelled texts {right(before)} come out right with the shipped model, {right(trained_tagger)} now"
    )
