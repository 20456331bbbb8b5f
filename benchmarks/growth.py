"""How industag's cost grows: its own model made smaller and larger, and its text cut shorter and longer."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from peers import read_with
from rounds import Reading, Timing, in_turns

import industag
from industag.calibration import Calibration
from industag.keywords import KeywordRules
from industag.scoring import Reader, Scorer, Weights
from industag.tagger import Tagger
from industag.taxonomy import Label, Taxonomy
from industag.terms import Vocabulary

CLASSES = (10, 100, 1_000)
FEATURES = (1_000, 10_000, 100_000, 1_000_000)
CHARACTERS = (10, 100, 1_000, 10_000)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_CHARACTERS = "".join(map(chr, range(0x4E00, 0x9FA5)))


def by_classes(texts: list[str]) -> dict[str, Timing]:
    """Return the timings over numbers of classes, with the same keywords and terms found every time."""
    return _timings({f"{n:,}": (with_labels(industag.load(), n), texts) for n in CLASSES})


def by_features(texts: list[str]) -> dict[str, Timing]:
    """Return the timings over numbers of keys to look for."""
    return _timings({f"{n:,}": (with_keys(industag.load(), n), texts) for n in FEATURES})


def by_length(texts: list[str]) -> dict[str, Timing]:
    """Return the timings over numbers of characters in a sentence, all over the same text."""
    tagger, whole = industag.load(), " ".join(texts)
    cut = {n: [whole[start : start + n] for start in range(0, len(whole), n)] for n in CHARACTERS}
    return _timings({f"{n:,}": (tagger, pieces) for n, pieces in cut.items()})


def by_text(texts: list[str]) -> dict[str, Timing]:
    """Return the timings over amounts of text."""
    tagger, parts = industag.load(), {n: texts[: len(texts) // n] for n in (16, 4, 1)}
    return _timings({f"1 / {n}" if n > 1 else "all": (tagger, part) for n, part in parts.items()})


GROWTH: dict[str, Callable[[list[str]], dict[str, Timing]]] = {
    "classes": by_classes,
    "features": by_features,
    "characters a sentence": by_length,
    "of the text": by_text,
}


def _timings(cases: dict[str, tuple[Tagger, list[str]]]) -> dict[str, Timing]:
    return in_turns({name: (read_with(tagger, texts), Reading.of(texts)) for name, (tagger, texts) in cases.items()})


def with_labels(tagger: Tagger, n_labels: int) -> Tagger:
    """Return the tagger with its keywords and terms dealt out over so many labels, none above another."""
    scorer, weights = tagger.scorer, tagger.scorer.weights
    spread = max(1, n_labels // len(scorer.taxonomy))

    def dealt(label: int, number: int) -> int:
        return (label * spread + number % spread) % n_labels

    rules = [rule._replace(label=dealt(rule.label, number)) for number, rule in enumerate(scorer.rules.rules)]
    terms = np.repeat(np.arange(len(weights.row) - 1), np.diff(weights.row))
    labels = np.array(
        [dealt(label, term) for label, term in zip(weights.label.tolist(), terms.tolist(), strict=True)], dtype=np.int64
    )
    bias = np.full(n_labels, weights.bias.mean())
    return _tagger(
        Taxonomy([Label(f"label-{n}", {}, {}, {}, None, "branch") for n in range(n_labels)]),
        Reader(KeywordRules(scorer.rules.keys, rules), scorer.vocabulary),
        replace(weights, bias=bias, label=labels),
    )


def with_keys(tagger: Tagger, n_keys: int) -> Tagger:
    """Return the tagger with so many keys: some of its own, drawn by lot, or all and made-up terms besides."""
    scorer = tagger.scorer
    n_own = len(scorer.reader.keys)
    if n_keys < n_own:
        kept = set(random.Random(0).sample(scorer.reader.keys, n_keys))
        return _thinned(tagger, kept)
    added = tuple(_made_up(n_keys - n_own, set(scorer.reader.keys)))
    vocabulary, weights = scorer.vocabulary, scorer.weights
    idf = np.concatenate([vocabulary.idf, np.full(len(added), vocabulary.idf.max())])
    ends = weights.row[-1] + np.arange(1, len(added) + 1)
    label = np.concatenate([weights.label, np.arange(len(added)) % len(scorer.taxonomy)])
    values = np.concatenate([weights.term, np.ones(len(added))])
    more = Weights(weights.bias, weights.keyword, np.concatenate([weights.row, ends]), label, values)
    return _tagger(scorer.taxonomy, Reader(scorer.rules, Vocabulary((*vocabulary.keys, *added), idf)), more)


def _thinned(tagger: Tagger, kept: set[str]) -> Tagger:
    """Return the tagger with only some of its keys."""
    rules, vocabulary, weights = tagger.scorer.rules, tagger.scorer.vocabulary, tagger.scorer.weights
    keys = [key for key in rules.keys if key in kept]
    place = {key: number for number, key in enumerate(keys)}
    found = [[place[rules.keys[key]] for key in rule.keys if rules.keys[key] in kept] for rule in rules.rules]
    own = [number for number, under in enumerate(found) if under]
    plain = [
        rules.rules[number]._replace(keys=found[number], near=(), cancelling_near=(), cancelling_around=()) for number in own
    ]
    terms = [number for number, key in enumerate(vocabulary.keys) if key in kept]
    places = [np.arange(weights.row[number], weights.row[number + 1]) for number in terms]
    flat = np.concatenate(places)
    row = np.concatenate([[0], np.cumsum([len(each) for each in places])]).astype(np.int64)
    return _tagger(
        tagger.taxonomy,
        Reader(KeywordRules(keys, plain), Vocabulary(tuple(vocabulary.keys[n] for n in terms), vocabulary.idf[terms])),
        Weights(weights.bias, weights.keyword[own], row, weights.label[flat], weights.term[flat]),
    )


def _tagger(taxonomy: Taxonomy, reader: Reader, weights: Weights) -> Tagger:
    return Tagger(Scorer(taxonomy, reader, weights), Calibration.identity(len(taxonomy)))


def _made_up(n_terms: int, taken: set[str]) -> list[str]:
    """Return terms of two made-up words, or of three characters drawn by lot, that are all different."""
    chance = random.Random(0)
    found: dict[str, None] = {}
    while len(found) < n_terms:
        term = "".join(chance.choices(_LETTERS, k=10) if len(found) % 2 else chance.choices(_CHARACTERS, k=3))
        if term not in taken:
            found[term] = None
    return list(found)
