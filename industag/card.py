"""The model card and the metrics file: what a model was trained on and what was measured, in words and in numbers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

from industag.calibration import DEFAULT_THRESHOLD, REVIEW_SHARE
from industag.evaluation import format_quality
from industag.keywords import compile_rules
from industag.labelled import LabelledText
from industag.measured import Measured, fingerprint_of_weights
from industag.training import ENOUGH, FOLDS, Trained

_METHOD = f"{FOLDS}-fold cross-validation"

_CAUTION = {
    "seeds": (
        "The texts are the sentences made up for training. They name their labels in uncommon ways more often than "
        "real text does, so the figures say how well the classifier learns from them, not how well it tags your documents. "
        "`industag evaluate` measures that, on labelled sentences of your own."
    ),
    "labelled": "The texts are the labelled ones given for training, each scored by a classifier that had not seen it.",
}


def card(trained: Trained, measured: Measured | None = None) -> str:
    """Return the model card, in Markdown; ``measured`` are figures recorded on real sentences."""
    parts = [*_trained_on(trained), *_on_real_text(trained, measured), *_measured(trained), *_probabilities(trained)]
    return "\n\n".join(["# Model card", *parts]) + "\n"


def _on_real_text(trained: Trained, measured: Measured | None) -> list[str]:
    if measured is None:
        return []
    same = measured.weights == fingerprint_of_weights(trained.tagger.scorer)
    return [
        "## Measured on real text",
        f"On {measured.on}" + ("." if same else "; with other weights than these, so the figures are of another model."),
        f"```\n{format_quality(dict(measured.quality))}\n```",
        _LEVELS,
    ]


_LEVELS = (
    "Precision (P), recall (R) and F1 count every label with its ancestors (class), fields and branches only (field), or "
    "whether a text carries anything at all (any)."
)


def _trained_on(trained: Trained) -> list[str]:
    taxonomy = trained.tagger.taxonomy
    n_keywords = len(compile_rules(taxonomy).rules)
    return [
        "A linear classifier over keywords and n-grams: one logistic regression per label around a keyword prior.",
        "## Trained on",
        "\n".join(
            [
                f"- The taxonomy `{taxonomy.fingerprint}`: {len(taxonomy)} labels, {n_keywords} keywords.",
                f"- {len(trained.learned)} terms learned from text without labels and read over (`seeds/terms.tsv`).",
                f"- {len(trained.starts)} weights of terms, learned from other labelled sentences (`seeds/weights.tsv`).",
                f"- {_described(trained.seeds)} written for training (the folder `seeds/`).",
                f"- {_described(trained.labelled)} labelled by the user.",
                "- Nothing else.",
            ]
        ),
    ]


def _described(texts: Sequence[LabelledText]) -> str:
    """Return how many texts there are, in which languages, and how many carry nothing."""
    languages = Counter(text.language or "unstated language" for text in texts)
    listed = ", ".join(f"{count} {name}" for name, count in sorted(languages.items()))
    without = sum(not text.labels for text in texts)
    return f"{len(texts)} texts" + (f" ({listed}; {without} carry no label)" if texts else "")


def _measured(trained: Trained) -> list[str]:
    if not trained.quality:
        return ["## Measured in training", f"Nothing: with fewer than {ENOUGH} texts there is nothing to measure on."]
    return [
        "## Measured in training",
        f"By {_METHOD}. {_CAUTION[trained.measured_on]}",
        f"```\n{format_quality(trained.quality)}\n```",
        _LEVELS,
    ]


def _probabilities(trained: Trained) -> list[str]:
    chosen = int((trained.tagger.calibration.threshold != DEFAULT_THRESHOLD).sum())
    if trained.measured_on == "labelled":
        how = (
            f"Fitted to the held-out scores of the labelled texts. Thresholds aim at a precision of {trained.precision:g}; "
            f"{chosen} labels had texts enough for one of their own, the others keep {DEFAULT_THRESHOLD}."
        )
    else:
        how = (
            f"A score is taken as a log odds, and a label is given from a probability of {DEFAULT_THRESHOLD} on. "
            f"Sentences made up for training cannot tell how likely a label is in real text; train with {ENOUGH} labelled "
            "sentences of your own or more to have probabilities and thresholds fitted to them."
        )
    return ["## Probabilities and thresholds", how, f"A label goes to review from {REVIEW_SHARE:g} of its threshold on."]


def metrics(trained: Trained) -> str:
    """Return the figures as JSON."""
    figures = {
        f"{group}.{level}": {name: round(value, 4) for name, value in asdict(quality).items()}
        for (group, level), quality in trained.quality.items()
    }
    data = {"method": _METHOD, "measured_on": trained.measured_on, "quality": figures}
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"
