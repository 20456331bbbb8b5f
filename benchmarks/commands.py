"""What industag's commands cost from file to file: tagging and training, with the memory of all their processes."""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from rounds import Reading, measure

import industag
from industag.seeds import load_seed_sentences

N_LABELLED = 10_000
N_UNLABELLED = 200_000
N_KEYWORDS = 5
"""For each class, the first ones in each language: about what a person would give."""
_INDUSTAG = (sys.executable, "-P", "-m", "industag")
"""The installed one, whatever the current folder holds."""
_PAUSE = 0.05


@dataclass(frozen=True)
class Cost:
    """What one command took.

    Attributes:
        cpu: Seconds of processor time, all processes together.
        wall: Seconds by the clock.
        peak: The most memory that its processes held together, in MB; what they share is counted once.
    """

    cpu: float
    wall: float
    peak: float


def cost(arguments: Sequence[str]) -> Cost:
    """Return what ``industag ARGUMENTS`` takes.

    Raises:
        subprocess.CalledProcessError: The command failed.
    """
    command = [*_INDUSTAG, *arguments]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, _memory(process.pid))
            time.sleep(_PAUSE)
        wall = time.perf_counter() - start
        assert process.stderr is not None
        said = process.stderr.read()
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command, stderr=said)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall, peak)


def _memory(first: int) -> float:
    """Return the memory in MB of a process and all below it, what they share counted once; 0 where the system is silent."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    family, more = set(), {first}
    while more:
        family |= more
        more = {child for child, parent in parents.items() if parent in more} - family
    return sum(map(_own_share, family)) / 1e3


def _own_share(process: int) -> int:
    """Return a process's memory in kB, pages that several processes share divided by their number."""
    with suppress(OSError):
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return 0


def write_text(path: Path, texts: Sequence[str], n_bytes: int) -> Reading:
    """Write texts over and over, one a line, until the file has so many bytes; return what it holds."""
    written = count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for text in cycle(texts):
            if written >= n_bytes:
                break
            file.write(text + "\n")
            written += len(text.encode("utf-8")) + 1
            count += 1
    return Reading(written, count)


def tag_file(path: Path, workers: int) -> Cost:
    """Return what tagging a file into rows of JSON takes."""
    output = path.with_name("tags.jsonl")
    try:
        return cost(["tag", str(path), "-o", str(output), "--workers", str(workers)])
    finally:
        output.unlink(missing_ok=True)


def knows_workers() -> bool:
    """Tell whether this version's ``tag`` can work in several processes."""
    said = subprocess.run([*_INDUSTAG, "tag", "--help"], capture_output=True, text=True, check=True)
    return "--workers" in said.stdout


def training(folder: Path, texts: Sequence[str]) -> Iterator[tuple[str, Cost]]:
    """Yield what each kind of training takes."""
    yield "`industag train` (what train.py does)", cost(["train", "-o", str(folder / "model")])
    labelled = folder / "labels.jsonl"
    labelled.write_text("".join(_labelled_lines(N_LABELLED)), encoding="utf-8")
    yield (
        f"the same with {N_LABELLED:,} labelled sentences",
        cost(["train", "--labels", str(labelled), "-o", str(folder / "mine")]),
    )
    some = texts[:N_UNLABELLED]
    labels = industag.load_taxonomy().labels
    keywords = {label.id: [each.term for own in label.keywords.values() for each in own[:N_KEYWORDS]] for label in labels}
    seeded = measure(lambda: industag.SeededClassifier().fit(some, keywords))
    yield f"`SeededClassifier`, {len(some):,} sentences, {len(keywords)} classes", Cost(*seeded)


def _labelled_lines(count: int) -> Iterator[str]:
    """Yield lines with labelled sentences: two of the seeds at a time, one after the other."""
    seeds = load_seed_sentences(industag.load_taxonomy())
    chance = random.Random(0)
    made: dict[str, set[str]] = {}
    while len(made) < count:
        one, two = chance.sample(seeds, 2)
        made[f"{one.text} {two.text}"] = {*one.labels, *two.labels}
    for text, labels in made.items():
        yield json.dumps({"text": text, "labels": sorted(labels)}, ensure_ascii=False) + "\n"
