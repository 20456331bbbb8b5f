"""Measure the seeded classifier on public benchmarks with published seed words, beside simple baselines.

Usage: python benchmarks/seeded.py FOLDER [-o docs/benchmarks.md] [--only SET/SEEDS ...]

FOLDER holds a folder for each set with ``seeds.json`` ({"variants": {name: {label: [words]}}}), ``train.jsonl.gz``,
``test.jsonl.gz`` and perhaps ``unlabelled.jsonl.gz``; their lines are {"text", "label"}, where a label is a list if texts
can have several. A set with a tree has ``hierarchy.json`` ({parent: [children]}). The sets are not part of industag.
The classifier sees every text without its label, those of the test half too; figures are on the test half (20 Newsgroups: on
all texts, as published). Every set is run with the same settings, each in a process of its own.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import platform
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import LinearSVC

from industag.matcher import PhraseMatcher, term_keys
from industag.seeded.estimator import SeededClassifier
from industag.seeded.guess import keyword_queries
from industag.seeded.texts import weigh
from industag.units import split_units

SETS = {
    "agnews/westclass": "WeSTClass 82.3, X-Class 84.8, LOTClass 86.4 (as listed by the papers; BERT-based)",
    "agnews/lbl2vec": "KeyClass 86.9, ClassKG 88.8",
    "agnews/names": "LOTClass 86.4, X-Class 84.8 (names of the classes)",
    "20news/conwea": "ConWea 65 / 64, ClassKG about 78 / 77",
    "20news/xtc_names": "",
    "bbc/names": "",
    "bbc/westclass_agnews_like": "",
    "csl_ctg/disciplines": "",
    "csl_ctg/names": "",
    "csldcp/names": "zero-shot GPT 26.2, few-shot RoBERTa 35.5",
    "csldcp/stems": "",
    "csldcp/fewclue_short": "",
    "dbpedia_l2/names_and_children": "",
    "dbpedia_l2/names": "",
}
SEVERAL_LABELS = ["reuters90/cat_descriptions", "reuters90/cat_phrases"]
TREES = ["dbpedia_l2/names_and_children", "dbpedia_l2/names"]
WITHHELD = ["agnews/westclass", "bbc/names", "20news/conwea", "csl_ctg/disciplines", "dbpedia_l2/names_and_children"]
TRANSDUCTIVE = {"20news"}
ABLATIONS = {
    "all": {},
    "no anchor": {"anchor": 0.0},
    "equal shares": {"doubt": 1e9},
    "believed shares": {"doubt": 1e-9},
    "one round": {"n_rounds": 1},
    "50 dimensions": {"n_components": 50},
}
SEVERAL_ABLATIONS = {
    "all": {},
    "no anchor": {"anchor": 0.0},
    "one round": {"n_rounds": 1},
    "eight rounds": {"n_rounds": 8},
    "a label for every text": {"background": False},
}


@dataclass(frozen=True)
class Texts:
    """A benchmark set: texts, their labels ("" or [] where unknown), which are judged, the keywords, and the tree."""

    texts: list[str]
    labels: list[Any]
    trained: np.ndarray
    judged: np.ndarray
    keywords: dict[str, list[str]]
    parents: dict[str, str]


def read(folder: Path, name: str) -> Texts:
    """Return the set and seeds called ``set/seeds``."""
    base, variant = name.split("/")
    parts = [_lines(folder / base / f"{part}.jsonl.gz") for part in ("train", "test", "unlabelled")]
    rows = [row for part in parts for row in part]
    test = np.zeros(len(rows), dtype=bool)
    test[len(parts[0]) : len(parts[0]) + len(parts[1])] = True
    judged = np.ones(len(rows), dtype=bool) if base in TRANSDUCTIVE else test
    trained = np.arange(len(rows)) < len(parts[0])
    keywords = json.loads((folder / base / "seeds.json").read_text("utf-8"))["variants"][variant]
    tree = folder / base / "hierarchy.json"
    children = json.loads(tree.read_text("utf-8")) if tree.is_file() else {}
    parents = {child: parent for parent in children for child in children[parent] if child in keywords}
    labels = [row.get("label") or "" for row in rows]
    return Texts([row["text"] for row in rows], labels, trained, judged, keywords, parents)


def _lines(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def quality(predicted: Sequence[str], texts: Texts) -> str:
    """Return accuracy and macro F1 on the judged texts, in percent."""
    truth = np.array(texts.labels)[texts.judged]
    answers = np.asarray(predicted)[texts.judged]
    macro = f1_score(truth, answers, average="macro", labels=np.unique(truth), zero_division=0)
    return f"{100 * (truth == answers).mean():.1f} / {100 * macro:.1f}"


def baselines(texts: Texts) -> dict[str, str]:
    """Return the quality of keyword voting, IR-TF-IDF, pseudo-label logistic regression and a supervised machine."""
    space, features = weigh(texts.texts, 3)
    queries = keyword_queries(texts.keywords, space)
    names = np.array(list(texts.keywords))
    hits = np.asarray(((features @ (queries.rows > 0).T) > 0).astype(float) @ queries.belongs)
    likeness = np.asarray((features @ queries.rows.T) @ queries.belongs) / np.maximum(queries.belongs.sum(axis=0), 1.0)
    votes = names[(hits + 1e-6 * likeness).argmax(axis=1)]
    retrieved = names[likeness.argmax(axis=1)]
    seeded = np.flatnonzero(likeness.max(axis=1) > 0)
    regression = OneVsRestClassifier(LogisticRegression(solver="liblinear"))
    pseudo = regression.fit(features[seeded], retrieved[seeded]).predict(features)
    labels = np.array(texts.labels)
    supervised = LinearSVC(C=1.0, random_state=0).fit(features[texts.trained], labels[texts.trained]).predict(features)
    found = {"keyword voting": votes, "IR-TF-IDF": retrieved, "pseudo-label LR": pseudo}
    figures = {name: quality(predicted, texts) for name, predicted in found.items()}
    # Where the judged texts are those that it was trained on, a supervised figure would say nothing.
    figures["supervised SVM"] = "-" if (texts.judged & texts.trained).any() else quality(supervised, texts)
    return figures


def measure(folder: Path, name: str, settings: dict[str, float]) -> dict[str, str]:
    """Return the figures of the seeded classifier on a set; run in a process of its own, so that memory is its own."""
    texts = read(folder, name)
    before = time.process_time()
    classifier = SeededClassifier(**settings).fit(texts.texts, texts.keywords)
    seconds = time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return {"industag": quality(classifier.labels_, texts), "CPU s": f"{seconds:.0f}", "peak GB": f"{peak:.1f}"}


def measure_baselines(folder: Path, name: str) -> dict[str, str]:
    """Return the figures of the baselines on a set."""
    return baselines(read(folder, name))


def measure_several(folder: Path, name: str, settings: dict[str, Any]) -> dict[str, str]:
    """Return the figures of the seeded classifier on a set whose texts can have several labels."""
    texts = read(folder, name)
    before = time.process_time()
    classifier = SeededClassifier(**{"multi_label": True, "background": True, **settings}).fit(texts.texts, texts.keywords)
    seconds = time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    truth = _indicator(texts.labels, list(texts.keywords))
    figures = _micro_macro(truth[texts.judged], classifier.labels_[texts.judged])
    return {"industag": figures, "CPU s": f"{seconds:.0f}", "peak GB": f"{peak:.1f}"}


def measure_several_baselines(folder: Path, name: str) -> dict[str, str]:
    """Return the figures of the baselines on a set whose texts can have several labels."""
    texts = read(folder, name)
    truth = _indicator(texts.labels, list(texts.keywords))
    found = {**votes(texts), "supervised SVM": _supervised(texts, truth)}
    return {label: _micro_macro(truth[texts.judged], given[texts.judged]) for label, given in found.items()}


def votes(texts: Texts) -> dict[str, np.ndarray]:
    """Return the labels by keyword voting of several kinds, each of shape (n_texts, n_labels)."""
    labels = list(texts.keywords.values())
    phrases = [terms if any(" " in term for term in terms) else [" ".join(terms)] for terms in labels]
    every = sorted({key for terms in [*labels, *phrases] for term in terms for key in term_keys(term)})
    matcher = PhraseMatcher(every)
    found = [{every[hit.key] for hit in matcher.find(split_units(text))} for text in texts.texts]
    some = np.array([[sum(not keys.isdisjoint(term_keys(term)) for term in terms) for terms in labels] for keys in found])
    whole = np.array([[any(not keys.isdisjoint(term_keys(term)) for term in terms) for terms in phrases] for keys in found])
    most = (some == some.max(axis=1, keepdims=True)) & (some > 0)
    all_of_them = some == np.array([len(terms) for terms in labels])
    return {"any keyword": some > 0, "most keywords": most, "all keywords": all_of_them, "keywords as a phrase": whole}


def _indicator(labels: Sequence[Any], names: list[str]) -> np.ndarray:
    return np.array([[name in given for name in names] for given in map(set, labels)])


def _supervised(texts: Texts, truth: np.ndarray) -> np.ndarray:
    _, features = weigh(texts.texts, 3)
    machine = OneVsRestClassifier(LinearSVC(C=1.0, random_state=0)).fit(features[texts.trained], truth[texts.trained])
    return np.asarray(machine.predict(features), dtype=bool)


def _micro_macro(truth: np.ndarray, given: np.ndarray) -> str:
    averages = (f1_score(truth, given, average=average, zero_division=0) for average in ("micro", "macro"))
    return " / ".join(f"{100 * average:.1f}" for average in averages)


def measure_tree(folder: Path, name: str) -> dict[str, str]:
    """Return the figures of the seeded classifier on a set with a tree, without and with it."""
    texts = read(folder, name)
    above = replace(texts, labels=[texts.parents.get(label, label) for label in texts.labels])
    figures = {}
    for way, parents in (("flat", None), ("tree", texts.parents)):
        labels = SeededClassifier().fit(texts.texts, texts.keywords, parents=parents).labels_
        figures[f"{way}: labels"] = quality(labels, texts)
        figures[f"{way}: parents"] = quality([texts.parents.get(label, label) for label in labels], above)
    return figures


def measure_withheld(folder: Path, name: str) -> dict[str, str]:
    """Return the figures where the keywords of every fifth label are withheld, so that its texts should get none."""
    texts = read(folder, name)
    keywords = {label: terms for number, (label, terms) in enumerate(texts.keywords.items()) if number % 5}
    texts = replace(texts, labels=[label if label in keywords else "" for label in texts.labels], keywords=keywords)
    without = SeededClassifier().fit(texts.texts, keywords).labels_
    labels = [label or "" for label in SeededClassifier(background=True).fit(texts.texts, keywords).labels_]
    truth, given = np.array(texts.labels)[texts.judged] == "", np.array(labels)[texts.judged] == ""
    right = (truth & given).sum()
    precision, recall = right / max(given.sum(), 1), right / max(truth.sum(), 1)
    of_none = {"precision of none": f"{100 * precision:.0f}", "recall of none": f"{100 * recall:.0f}"}
    return {"without background": quality(without, texts), "with background": quality(labels, texts), **of_none}


def table(rows: dict[str, dict[str, str]], first: str) -> list[str]:
    """Return rows as a Markdown table."""
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    lines = [f"| {' | '.join([first, *columns])} |", f"|{'---|' * (len(columns) + 1)}"]
    return lines + [f"| {' | '.join([name, *(row.get(c, '') for c in columns)])} |" for name, row in rows.items()]


PARTS = {
    "single": (list(SETS), "Accuracy / macro F1 in percent, one label a text."),
    "several": (SEVERAL_LABELS, "Micro / macro F1 in percent, several labels a text (with a background)."),
    "tree": (TREES, "Accuracy / macro F1 in percent of labels and of those above them, without and with the tree."),
    "withheld": (
        WITHHELD,
        "Accuracy / macro F1 in percent where every fifth label has no keywords, and its texts should get none.\n"
        "Where labels are many, a text that none of them is about still looks like one of them.",
    ),
}


def run(pool: Pool, folder: Path, part: str, name: str) -> dict[str, str]:
    """Return the row of a set in a part of the benchmark."""
    if part == "single":
        ours = pool.apply(measure, (folder, name, {}))
        return {**ours, **pool.apply(measure_baselines, (folder, name)), "published": SETS[name]}
    if part == "several":
        return {**pool.apply(measure_several, (folder, name, {})), **pool.apply(measure_several_baselines, (folder, name))}
    way = {"tree": measure_tree, "withheld": measure_withheld}[part]
    return dict(pool.apply(way, (folder, name)))


def main() -> None:
    """Run the benchmark and write its tables."""
    every = [*SETS, *SEVERAL_LABELS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--only", nargs="+", choices=every, default=every)
    parser.add_argument("--parts", nargs="+", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--ablations", nargs="+", choices=every, default=[])
    arguments = parser.parse_args()
    if not arguments.folder.is_dir():
        raise SystemExit(f"{arguments.folder}: not here; the benchmark sets are not part of industag")
    tables: list[str] = []
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        for part in arguments.parts:
            rows = {}
            for name in PARTS[part][0]:
                if name in arguments.only:
                    rows[name] = run(pool, arguments.folder, part, name)
                    print(part, name, rows[name], flush=True)
            tables += ["", PARTS[part][1], "", *table(rows, "set / seeds")] if rows else []
        for names, way, settings in ((list(SETS), measure, ABLATIONS), (SEVERAL_LABELS, measure_several, SEVERAL_ABLATIONS)):
            removed = {}
            for name in [each for each in arguments.ablations if each in names]:
                figures = {what: pool.apply(way, (arguments.folder, name, each)) for what, each in settings.items()}
                removed[name] = {what: figure["industag"] for what, figure in figures.items()}
                print(name, removed[name], flush=True)
            tables += ["", "What each ingredient is worth:", "", *table(removed, "set / seeds")] if removed else []
    given = ["FOLDER" if each == str(arguments.folder) else each for each in sys.argv]
    command = " ".join(["OMP_NUM_THREADS=1", "python", *given])
    lines = [
        "# Benchmarks",
        "",
        "## Seeded classification",
        "",
        "Learned from texts without labels and the seed words named after the stroke; one set of defaults for all.",
        "The texts of the test half are among the unlabelled ones. 20 Newsgroups is judged on all texts. The defaults",
        "were chosen while looking at these sets, so expect a little less on others.",
        "",
        f"`{command}`, Python {platform.python_version()}, {platform.machine()}, one thread.",
        *tables,
    ]
    text = "\n".join(lines) + "\n"
    if arguments.output:
        arguments.output.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
