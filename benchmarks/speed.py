"""Measure industag's speed beside other ways to read text, how its cost grows, and what its commands cost.

Usage: python benchmarks/speed.py [--english FILE --chinese FILE] [--megabytes 10] [--large] [-o docs/benchmarks.md]

The files hold a sentence a line; without them the sentences in ``seeds/`` are read over and over. Each peer lives in a
process of its own, kept to one core, and they are timed in turns: round 1 of all, round 2 of all, and so on. A figure is the
median of five rounds, in processor time unless it says otherwise. Peers that are not installed are left out. For Linux.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

from commands import Cost, knows_workers, tag_file, training, write_text
from growth import GROWTH
from page import table, write_section
from peers import (
    CHEAP,
    FASTTEXT,
    IN_TWO_THREADS,
    PEERS,
    US,
    WC,
    WHOLE,
    Sample,
    first_tags,
    ranges,
    ready,
    versions,
)
from rounds import Start, Timing, apart_in_turns, keep_to

from industag import load, load_taxonomy
from industag.seeds import load_seed_sentences

ABOUT = """
Millions of bytes of UTF-8 in a second of processor time, medians of five rounds taken in turns. industag gives the tags of
each text with their evidence, as arrays ("columns") or as Python objects; scikit-learn (TF-IDF, then one decision function
for each class) gives scores from the same n-grams and weights, keywords weighed like other terms, without rules or evidence;
fastText (16 dimensions) and Vowpal Wabbit give the likeliest class, from words and word pairs, in Chinese from characters
that were spaced out beforehand. FlashText, ahocorasick-rs (which knows no words) and spaCy (4,000 of them) only find
keywords. Memory includes Python, the libraries and the text."""
LANGUAGES = {"en": "English", "zh": "Chinese"}
PARTS = ("peers", "cores", "growth", "files", "training")
_GROWTH_MB = 4
_FILE_MB = (10, 100)
_FILE_ROUNDS = 3


def texts_of(language: str, path: Path | None) -> list[str]:
    """Return the sentences to read, in an order that is drawn by lot but always the same."""
    if path is not None:
        texts = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    else:
        texts = [seed.text for seed in load_seed_sentences(load_taxonomy()) if seed.language == language]
    random.Random(0).shuffle(texts)
    return texts


def deal(folder: Path, language: str, texts: list[str], megabytes: float) -> Sample:
    """Write sentences to a file, over and over until it is as long as wanted, and return it as a sample."""
    path = folder / f"{language}.txt"
    write_text(path, texts, int(megabytes * 1e6))
    return Sample(language, path, 1.0, folder)


def compare(sample: Sample) -> list[str]:
    """Return the table of all peers on one core."""
    chosen = {name: each for name, each in PEERS.items() if sample.language in each.languages}
    starts = {name: Start(ready, (name, replace(sample, share=each.share)), 1) for name, each in chosen.items()}
    timings, missing = apart_in_turns(starts)
    peers = {"/ short n-grams": CHEAP, "/ long n-grams": WHOLE, "/ fastText": FASTTEXT, "/ wc -w": WC}
    rows = {}
    for name, timing in timings.items():
        ratios = {head: ratio(timing, timings.get(other)) for head, other in peers.items()}
        rows[name] = {**figures(timing), **ratios, "peak MB": "-" if name == WC else f"{timing.peak:.0f}"}
    texts = sample.texts
    tagged = sum(map(bool, first_tags(texts))) / len(texts)
    lines = [f"{LANGUAGES[sample.language]}: {len(texts):,} sentences, {tagged:.0%} with a tag. Of the model's n-grams,"]
    lines = [*lines, f"scikit-learn covers with {' and with '.join(ranges(sample.language))}.", "", *table(rows, "one core")]
    return lines + [f"\nLeft out: {name} ({why})." for name, why in missing.items()]


def figures(timing: Timing) -> dict[str, str]:
    """Return the figures of a run that stand in every table."""
    return {"MB/s": number(timing.mb_per_second), "texts/s": f"{timing.texts_per_second:,.0f}"}


def number(value: float) -> str:
    """Return a number with as many decimals as mean something."""
    return f"{value:.2g}" if value < 1 else f"{value:.{1 if value < 20 else 0}f}"


def ratio(timing: Timing, other: Timing | None) -> str:
    """Return how many times as fast one run is as another."""
    return "-" if other is None else number(timing.mb_per_second / other.mb_per_second)


def on_two_cores(samples: Iterable[Sample]) -> list[str]:
    """Return the table of one core and two, by the clock."""
    rows = {}
    for sample in samples:
        timings, _ = apart_in_turns({name: Start(ready, (name, sample), n) for n, name in ((1, US), (2, IN_TWO_THREADS))})
        one, two = timings[US], timings[IN_TWO_THREADS]
        rows[LANGUAGES[sample.language]] = {
            **{f"MB/s, {n}": f"{one.reading.n_bytes / 1e6 / median(t.wall):.0f}" for n, t in (("one", one), ("two", two))},
            "ratio of medians": f"{median(one.wall) / median(two.wall):.2f}",
            "of the fastest rounds": f"{min(one.wall) / min(two.wall):.2f}",
            "two threads' CPU time / one's": f"{median(two.cpu) / median(one.cpu):.2f}",
        }
    return ["One core and two, by the clock:", "", *table(rows, "industag, columns")]


def growth(samples: Iterable[Sample]) -> list[str]:
    """Return the tables of how the cost grows; from then on this process keeps to one core."""
    keep_to(1)
    rows: dict[str, dict[str, dict[str, str]]] = {what: {} for what in GROWTH}
    for sample in samples:
        texts = sample.texts
        some = texts[: int(len(texts) * min(1.0, _GROWTH_MB * 1e6 / sample.path.stat().st_size))]
        for what, timings_of in GROWTH.items():
            for name, timing in timings_of(some).items():
                head = f"{LANGUAGES[sample.language]}, MB/s"
                rows[what].setdefault(name, {})[head] = number(timing.mb_per_second)
    lines = [
        "How the cost grows (one core, columns). The classes share the same keywords and terms out among them; features are",
        "drawn from the model's, or made up besides them; sentences of so many characters are cut from one text.",
    ]
    for what, each in rows.items():
        lines += ["", *table(each, what)]
    return lines


def files(folder: Path, texts: list[str], megabytes: Iterable[int]) -> list[str]:
    """Return the table of ``industag tag`` from a text file to rows of JSON."""
    if not knows_workers():
        return ["`industag tag --workers` is not in this version."]
    rows = {}
    for size in megabytes:
        path = folder / f"{size}.txt"
        n_bytes = write_text(path, texts, size * 1_000_000).n_bytes
        rounds = [[tag_file(path, workers) for workers in (1, 2)] for _ in range(_FILE_ROUNDS)]
        for workers, spent in enumerate(map(middle, zip(*rounds, strict=True)), start=1):
            name = f"{size:,} MB, {workers} worker{'s' * (workers > 1)}"
            speeds = {"MB/s": number(n_bytes / 1e6 / spent.wall), "MB/s of CPU time": number(n_bytes / 1e6 / spent.cpu)}
            rows[name] = {**speeds, **costs(spent)}
        path.unlink()
    head = f"`industag tag big.txt -o tags.jsonl --workers N`, English and Chinese lines in turn, medians of {_FILE_ROUNDS}:"
    return [head, "", *table(rows, "file")]


def middle(spent: Sequence[Cost]) -> Cost:
    """Return the medians of the times of several runs, and the highest peak."""
    return Cost(median(each.cpu for each in spent), median(each.wall for each in spent), max(each.peak for each in spent))


def costs(spent: Cost) -> dict[str, str]:
    """Return the figures of a command."""
    return {"seconds": f"{spent.wall:.1f}", "CPU s": f"{spent.cpu:.1f}", "peak MB": f"{spent.peak:.0f}"}


def trainings(folder: Path, texts: list[str]) -> list[str]:
    """Return the table of what training costs."""
    return ["Training:", "", *table({name: costs(spent) for name, spent in training(folder, texts)}, "what")]


def machine() -> str:
    """Say what this ran on."""
    info = Path("/proc/cpuinfo")
    models = [line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
    processor = models[0] if models else platform.processor()
    load = f"load average {os.getloadavg()[0]:.1f}"
    return f"{processor}, {os.cpu_count()} cores, {platform.system()}, {load} at the start; {versions()}"


def report(arguments: argparse.Namespace, folder: Path) -> list[str]:
    """Run the parts that are asked for and return what they say."""
    load().speed_up()  # so that nothing is compiled while it is timed
    texts = {language: texts_of(language, getattr(arguments, LANGUAGES[language].lower())) for language in LANGUAGES}
    samples = [deal(folder, language, texts[language], arguments.megabytes) for language in LANGUAGES]
    mixed = [text for pair in zip(*texts.values(), strict=False) for text in pair]
    sizes = (*_FILE_MB, *([1_000] if arguments.large else []))
    parts: dict[str, list[Callable[[], list[str]]]] = {
        "peers": [lambda sample=sample: compare(sample) for sample in samples],
        "cores": [lambda: on_two_cores(samples)],
        "files": [lambda: files(folder, mixed, sizes)],
        "training": [lambda: trainings(folder, mixed)],
        "growth": [lambda: growth(samples)],
    }
    lines: list[str] = []
    for part, steps in parts.items():
        for step in steps if part in arguments.only else []:
            found = ["", *step()]
            print("\n".join(found), flush=True)
            lines += found
    return lines


def main() -> None:
    """Run the benchmark and write its tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--english", type=Path, metavar="FILE")
    parser.add_argument("--chinese", type=Path, metavar="FILE")
    parser.add_argument("--megabytes", type=float, default=10.0, help="how much text of each language; default 10")
    parser.add_argument("--large", action="store_true", help="also a file of 1 GB")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="only these parts")
    parser.add_argument("-o", "--output", type=Path, help="a page of Markdown, of which the section Speed is replaced")
    arguments = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    given = ["FILE" if each in (str(arguments.english), str(arguments.chinese)) else each for each in sys.argv]
    lines = [f"`{' '.join(['python', *given])}`, {machine()}.", *(ABOUT.split("\n") if "peers" in arguments.only else [])]
    print("\n".join(lines), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        lines += report(arguments, Path(folder))
    if arguments.output:
        write_section(arguments.output, "Speed", lines)


if __name__ == "__main__":
    main()
