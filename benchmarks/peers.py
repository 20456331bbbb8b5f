"""What industag's speed is compared with: each peer is made ready for a sample of text and reads all of it once a call.

A peer that needs a library imports it when it is made, so that one that is not installed can be left out.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from rounds import Reading

import industag
from industag.calibration import REVIEW_SHARE
from industag.fast import FastTagger
from industag.matcher import term_keys
from industag.seeds import load_seed_sentences
from industag.tagger import Tagger
from industag.units import split_units

Read = Callable[[], object]
"""Reads the whole sample once."""

_TRAINED_ON = 20_000
_PATTERNS = 4_000
_COVERED = 0.99


@dataclass(frozen=True)
class Sample:
    """Sentences in one language.

    Attributes:
        language: "en" or "zh".
        path: A file with a sentence a line.
        share: Which share of the sentences, from the first on, is read.
        folder: Where files can be made.
    """

    language: str
    path: Path
    share: float
    folder: Path

    @property
    def texts(self) -> list[str]:
        """The sentences."""
        lines = self.path.read_text(encoding="utf-8").splitlines()
        return lines[: max(1, round(self.share * len(lines)))]


@dataclass(frozen=True)
class Peer:
    """One way to read text.

    Attributes:
        make: Makes it ready for a sample.
        languages: The languages for which it is meant.
        share: Which share of the sample it reads: a slow one would take too long over all of it.
    """

    make: Callable[[Sample], Read]
    languages: tuple[str, ...] = ("en", "zh")
    share: float = 1.0


def use_up(items: Iterable[object]) -> None:
    """Take every item and keep none."""
    deque(items, maxlen=0)


def read_with(tagger: Tagger, texts: list[str], *, splits: bool = False, threads: int = 1) -> Read:
    """Return what tags texts in the compiled loops, into columns."""
    engine = FastTagger(tagger.scorer, tagger.calibration).engine
    threshold = tagger.calibration.threshold
    choices = engine.choices(threshold, REVIEW_SHARE * threshold, np.ones(len(threshold), dtype=np.bool_))
    return lambda: use_up(engine.tag(texts, choices, splits=splits, threads=threads))


def first_tags(texts: list[str]) -> list[str]:
    """Return the likeliest label of each sentence, or ""."""
    found = industag.load().speed_up().tag(texts)
    return [each.labels[0] if each.labels else "" for each in found]


def columns(sample: Sample) -> Read:
    """Return industag from sentences to columns of numbers, with all evidence."""
    return read_with(industag.load(), sample.texts)


def columns_split(sample: Sample) -> Read:
    """Return the same, with each text split into sentences first."""
    return read_with(industag.load(), sample.texts, splits=True)


def columns_in_two_threads(sample: Sample) -> Read:
    """Return industag from sentences to columns, in two threads."""
    return read_with(industag.load(), sample.texts, threads=2)


def objects(sample: Sample) -> Read:
    """Return industag from texts to Python objects, with each text split into sentences first."""
    tagger, texts = industag.load().speed_up(), sample.texts
    return lambda: use_up(map(use_up, tagger.tag_each(texts)))


def reference(sample: Sample) -> Read:
    """Return industag without compiled loops, from texts to Python objects."""
    tagger, texts = industag.load(), sample.texts
    return lambda: use_up(map(use_up, tagger.tag_each(texts)))


@dataclass(frozen=True)
class LinearModel:
    """The model of industag as a scikit-learn pipeline knows it: keywords and terms alike are n-grams with weights.

    Attributes:
        language: "en" for words, "zh" for characters.
        weights: The weights of each n-gram, by label.
        bias: Of each label.
    """

    language: str
    weights: dict[str, dict[int, float]]
    bias: np.ndarray

    @classmethod
    def of(cls, tagger: Tagger, language: str) -> LinearModel:
        """Return the n-grams of one language, written as scikit-learn will meet them."""
        rules, vocabulary, given = tagger.scorer.rules.rules, tagger.scorer.vocabulary, tagger.scorer.weights
        weights: dict[str, dict[int, float]] = {}
        for rule, weight in zip(rules, given.keyword.tolist(), strict=True):
            for written in _as_written(rule.term):
                weights.setdefault(written, {})[rule.label] = weight
        spaced = _spaced()
        for number, key in enumerate(vocabulary.keys):
            row = weights.setdefault(spaced.get(key, key), {})
            for place in range(given.row[number], given.row[number + 1]):
                label = int(given.label[place])
                row[label] = row.get(label, 0.0) + float(given.term[place])
        own = {key: row for key, row in weights.items() if _language(key) == language}
        return cls(language, own, given.bias)

    def longest(self, share: float) -> int:
        """Return how many units the n-grams of this share of the model have at most."""
        lengths = sorted(map(self._length, self.weights))
        return lengths[min(len(lengths) - 1, int(share * len(lengths)))]

    def share_within(self, longest: int) -> float:
        """Return which share of the n-grams has at most so many units."""
        return sum(self._length(key) <= longest for key in self.weights) / len(self.weights)

    def reader(self, texts: list[str], longest: int) -> Read:
        """Return the pipeline over n-grams of up to so many units: TF-IDF, then the decision function of every label."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        known = sorted(key for key in self.weights if self._length(key) <= longest)
        entries = [(number, label, value) for number, key in enumerate(known) for label, value in self.weights[key].items()]
        rows, labels, values = zip(*entries, strict=True)
        sparse = sp.csr_matrix((values, (rows, labels)), shape=(len(known), len(self.bias)))
        analyzer = "word" if self.language == "en" else "char"
        vectorizer = TfidfVectorizer(
            vocabulary=known, ngram_range=(1, longest), analyzer=analyzer, sublinear_tf=True, dtype=np.float64
        ).fit(texts[:2000])
        some = vectorizer.transform(texts[:1000])
        weights = min((sparse, sparse.toarray()), key=lambda form: _seconds(lambda: some @ form))
        return lambda: (vectorizer.transform(texts) @ weights) + self.bias

    def _length(self, key: str) -> int:
        return len(key) if self.language == "zh" else key.count(" ") + 1


def _seconds(run: Read) -> float:
    run()
    start = time.process_time()
    run()
    return time.process_time() - start


def _language(text: str) -> str:
    return "zh" if any(char >= "\u2e80" for char in text) else "en"


def _as_written(term: str) -> list[str]:
    """Return the ways in which a term is found, in lower case and, if English, with a space between words."""
    units = split_units(term)
    before = [units.joined[start:end] for start, end in zip(units.starts[:-1], units.ends[:-1], strict=True)]
    between = "" if _language(term) == "zh" else " "
    return [between.join([*before, key[units.starts[-1] :]]) for key in term_keys(term)]


def _spaced() -> dict[str, str]:
    """Return for each pair of English words in the seeds, written as one, the two with a space."""
    found: dict[str, str] = {}
    for seed in load_seed_sentences(industag.load_taxonomy()):
        units = split_units(seed.text)
        words = [units.joined[start:end] for start, end in zip(units.starts, units.ends, strict=True)]
        pairs = ((one, two) for one, two in pairwise(words) if _language(one + two) == "en")
        found.update((one + two, f"{one} {two}") for one, two in pairs)
    return found


def cheap_pipeline(sample: Sample) -> Read:
    """Return the cheapest pipeline that is any use: word n-grams up to two, character n-grams up to three."""
    model = LinearModel.of(industag.load(), sample.language)
    return model.reader(sample.texts, 2 if sample.language == "en" else 3)


def whole_pipeline(sample: Sample) -> Read:
    """Return the pipeline over n-grams long enough for nearly all of the model."""
    model = LinearModel.of(industag.load(), sample.language)
    return model.reader(sample.texts, model.longest(_COVERED))


def ranges(language: str) -> list[str]:
    """Say which share of the model's n-grams the two pipelines cover."""
    model = LinearModel.of(industag.load(), language)
    cheap, whole = 2 if language == "en" else 3, model.longest(_COVERED)
    unit = "words" if language == "en" else "characters"
    return [f"1-{longest} {unit}: {model.share_within(longest):.1%} of {len(model.weights):,}" for longest in (cheap, whole)]


def fasttext(sample: Sample) -> Read:
    """Return fastText, trained on industag's tags; words, or characters with a space between them, and their pairs."""
    import fasttext as library

    texts = sample.texts if sample.language == "en" else [" ".join(text) for text in sample.texts]
    texts = [" ".join(text.split()) for text in texts]
    some = texts[:_TRAINED_ON]
    lines = [
        f"__label__{tag or 'none'} {text}" for tag, text in zip(first_tags(sample.texts[:_TRAINED_ON]), some, strict=True)
    ]
    path = sample.folder / f"fasttext-{sample.language}.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings = {"dim": 16, "wordNgrams": 2, "bucket": 200_000, "epoch": 5, "lr": 0.1, "thread": 1, "verbose": 0}
    model = _tried_again(lambda: library.train_supervised(str(path), **settings))
    return lambda: model.predict(texts)


def _tried_again(train: Callable[[], Any]) -> Any:  # noqa: ANN401 - a fastText model
    """Return what training gives; some builds of fastText fail by chance ("Encountered NaN") on what they can learn."""
    for _ in range(4):
        try:
            return train()
        except RuntimeError:
            continue
    return train()


def vowpal_wabbit(sample: Sample) -> Read:
    """Return Vowpal Wabbit, one against all over words and word pairs, from file to file as it likes it best."""
    from vowpalwabbit import Workspace

    bare = [text.translate(str.maketrans("|:", "  ")) for text in sample.texts]
    if sample.language == "zh":
        bare = [" ".join(text) for text in bare]
    tags = first_tags(sample.texts[:_TRAINED_ON])
    number = {tag: place for place, tag in enumerate(["", *industag.load().taxonomy.ids], start=1)}
    path = str(sample.folder / f"vw-{sample.language}")
    labelled = [f"{number[tag]} |t {text}\n" for tag, text in zip(tags, bare, strict=False)]
    Path(path + ".train").write_text("".join(labelled), encoding="utf-8")
    Path(path + ".test").write_text("".join(f"|t {text}\n" for text in bare), encoding="utf-8")
    Workspace(f"--oaa {len(number)} --ngram t2 -b 20 --quiet -d {path}.train -f {path}.model").finish()
    return lambda: Workspace(f"-t -i {path}.model --quiet -d {path}.test -p {path}.out").finish()


def _terms(language: str) -> list[str]:
    """Return the model's keywords in one language."""
    rules = industag.load().scorer.rules.rules
    return sorted({written for rule in rules for written in _as_written(rule.term) if _language(written) == language})


def flashtext(sample: Sample) -> Read:
    """Return FlashText with the keywords."""
    from flashtext import KeywordProcessor

    processor, texts = KeywordProcessor(), sample.texts
    processor.add_keywords_from_list(_terms(sample.language))
    return lambda: [processor.extract_keywords(text, span_info=True) for text in texts]


def aho_corasick(sample: Sample) -> Read:
    """Return ahocorasick-rs with the keywords, over the bytes of all sentences in one buffer; it knows no words."""
    import ahocorasick_rs

    patterns = [term.encode("utf-8") for term in _terms(sample.language)]
    automaton = ahocorasick_rs.BytesAhoCorasick(patterns, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
    texts = sample.texts
    return lambda: automaton.find_matches_as_indexes("\n".join(texts).encode("utf-8").lower())


def phrase_matcher(sample: Sample) -> Read:
    """Return spaCy's tokenizer and PhraseMatcher with 4,000 keywords."""
    import spacy
    from spacy.matcher import PhraseMatcher

    pipeline = spacy.blank(sample.language)
    matcher = PhraseMatcher(pipeline.vocab, attr="LOWER")
    terms = _terms(sample.language)
    chosen = random.Random(0).sample(terms, min(_PATTERNS, len(terms)))
    matcher.add("keyword", [pipeline.make_doc(term) for term in chosen])
    texts = sample.texts
    return lambda: use_up(matcher(pipeline.make_doc(text)) for text in texts)


def word_count(sample: Sample) -> Read:
    """Return ``wc -w`` over the file, which it takes for UTF-8."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    return lambda: subprocess.run(["wc", "-w", str(sample.path)], capture_output=True, check=True, env=environment)


US = "industag, columns"
CHEAP, WHOLE, FASTTEXT, WC = "scikit-learn, short n-grams", "scikit-learn, long n-grams", "fastText", "wc -w"
PEERS: dict[str, Peer] = {
    US: Peer(columns),
    "industag, columns, splitting": Peer(columns_split),
    "industag, objects, splitting": Peer(objects),
    "industag without numba": Peer(reference, share=0.05),
    CHEAP: Peer(cheap_pipeline, share=0.3),
    WHOLE: Peer(whole_pipeline, share=0.1),
    FASTTEXT: Peer(fasttext),
    "Vowpal Wabbit": Peer(vowpal_wabbit, share=0.5),
    "FlashText": Peer(flashtext, languages=("en",), share=0.5),
    "ahocorasick-rs": Peer(aho_corasick),
    "spaCy PhraseMatcher": Peer(phrase_matcher, share=0.2),
    WC: Peer(word_count),
}
IN_TWO_THREADS = "industag, columns, two threads"


def ready(name: str, sample: Sample) -> tuple[Read, Reading]:
    """Return a peer made ready for a sample, and what it reads each time."""
    make = columns_in_two_threads if name == IN_TWO_THREADS else PEERS[name].make
    return make(sample), Reading.of(sample.texts)


def versions() -> str:
    """Return the versions of what is installed of the peers."""
    from importlib.metadata import distributions

    wanted = ("numba", "numpy", "scikit-learn", "fasttext", "vowpalwabbit", "flashtext", "ahocorasick", "spacy")
    found = {each.name: each.version for each in distributions() if each.name.lower().startswith(wanted)}
    named = {name: version for name, version in found.items() if not name.startswith("spacy-")}
    return ", ".join([f"Python {sys.version.split()[0]}", *(f"{name} {named[name]}" for name in sorted(named))])
