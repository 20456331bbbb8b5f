"""Measure the seeded classifier on public benchmarks with published seed words, beside simple baselines.

Usage: python benchmarks/seeded.py FOLDER [-o docs/benchmarks.md] [--only SET/SEEDS ...]

FOLDER holds a folder for each set with ``seeds.json`` ({"variants": {name: {label: [words]}}}), ``train.jsonl.gz``,
``test.jsonl.gz`` and perhaps ``unlabelled.jsonl.gz``; their lines are {"text", "label"}. The sets are not part of industag.
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
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import LinearSVC

from industag.seeded import SeededClassifier, count_terms, keyword_rows, weigh
from industag.units import split_units
from page import write_section

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
TRANSDUCTIVE = {"20news"}
ABLATIONS = {
    "all": {},
    "no anchor": {"anchor": 0.0},
    "equal shares": {"doubt": 1e9},
    "believed shares": {"doubt": 1e-9},
    "one round": {"n_rounds": 1},
    "50 dimensions": {"n_components": 50},
}


@dataclass(frozen=True)
class Texts:
    """A benchmark set: texts, their labels ("" where unknown), which are judged, and the keywords."""

    texts: list[str]
    labels: list[str]
    trained: np.ndarray
    judged: np.ndarray
    keywords: dict[str, list[str]]


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
    labels = [str(row.get("label") or "") for row in rows]
    return Texts([row["text"] for row in rows], labels, trained, judged, keywords)


def _lines(path: Path) -> list[dict[str, object]]:
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
    space, features = weigh([count_terms(split_units(text)) for text in texts.texts], 3)
    queries, owners = keyword_rows(texts.keywords, space)
    names = np.array(list(texts.keywords))
    belongs = np.zeros((len(owners), len(names)))
    belongs[np.arange(len(owners)), owners] = 1.0
    hits = np.asarray(((features @ (queries > 0).T) > 0).astype(float) @ belongs)
    likeness = np.asarray((features @ queries.T) @ belongs) / np.maximum(belongs.sum(axis=0), 1.0)
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


def table(rows: dict[str, dict[str, str]], first: str) -> list[str]:
    """Return rows as a Markdown table."""
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    lines = [f"| {' | '.join([first, *columns])} |", f"|{'---|' * (len(columns) + 1)}"]
    return lines + [f"| {' | '.join([name, *(row.get(c, '') for c in columns)])} |" for name, row in rows.items()]


def main() -> None:
    """Run the benchmark and write its tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--only", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--ablations", nargs="+", choices=list(SETS), default=[])
    arguments = parser.parse_args()
    if not arguments.folder.is_dir():
        raise SystemExit(f"{arguments.folder}: not here; the benchmark sets are not part of industag")
    rows: dict[str, dict[str, str]] = {}
    removed: dict[str, dict[str, str]] = {}
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        for name in arguments.only:
            ours = pool.apply(measure, (arguments.folder, name, {}))
            rows[name] = {**ours, **pool.apply(measure_baselines, (arguments.folder, name)), "published": SETS[name]}
            print(name, rows[name], flush=True)
        for name in arguments.ablations:
            figures = {
                label: pool.apply(measure, (arguments.folder, name, settings))["industag"]
                for label, settings in ABLATIONS.items()
            }
            removed[name] = figures
            print(name, figures, flush=True)
    given = ["FOLDER" if each == str(arguments.folder) else each for each in sys.argv]
    command = " ".join(["OMP_NUM_THREADS=1", "python", *given])
    lines = [
        "# Benchmarks",
        "",
        "## Seeded classification",
        "",
        "Accuracy / macro F1 in percent, learned from texts without labels and the seed words named after the stroke;",
        "one set of defaults for all. The texts of the test half are among the unlabelled ones. 20 Newsgroups is judged",
        "on all texts. The defaults were chosen while looking at these sets, so expect a little less on others.",
        "",
        f"`{command}`, Python {platform.python_version()}, {platform.machine()}, one thread.",
        "",
        *table(rows, "set / seeds"),
    ]
    if removed:
        lines += ["", "What each ingredient is worth:", "", *table(removed, "set / seeds")]
    text = "\n".join(lines) + "\n"
    if arguments.output:
        write_section(arguments.output, "Seeded classification", lines[4:])
    print(text)


if __name__ == "__main__":
    main()
