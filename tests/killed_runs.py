"""Kills runs of a batch with SIGKILL at random moments, lets each go on, and prints what became of them as JSON.

A process of its own, so that it can fork: ``python killed_runs.py FOLDER MODEL WORKERS KILLS``.
"""

import functools
import io
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path

import industag
from industag.answers import TagOptions
from industag.batch import journal
from industag.batch import run as batch
from industag.batch.workers import Setup
from industag.output.writers import Layout
from industag.reading.documents import ReadOptions

OUTPUTS = (("out.jsonl", Layout("jsonl")), ("out.csv", Layout("csv", "tag")))
batch.deal = functools.partial(batch.deal, size=6000)  # some thirty chunks
journal.SECONDS = 0.0


class Watcher:
    def __init__(self, room):
        self._room = room

    def begin(self, done):
        if done:
            with (self._room / "went on").open("a") as file:
                file.write("x")

    def say(self, message):
        pass

    def advance(self, done, total, tally):
        pass


def run(folder, model, output, layout, workers):
    """Run the batch in a child process and return its id."""
    process = os.fork()
    if process:
        return process
    status = 1
    try:
        setup = Setup(model, TAGGER.fingerprint, TagOptions(), ReadOptions())
        job = batch.Job((str(folder),), setup, layout, str(output), workers)
        batch.run(job, TAGGER, io.BytesIO(), Watcher(output.parent))
        status = 0
    finally:
        os._exit(status)


def wait(process):
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def size_of(path):
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return -1


def kill_at_random(process, part, seconds, size, rng):
    """Kill a run when its part file has grown to a random size, or after a random time; tell how it ended."""
    grown = rng.uniform(max(size_of(part), 0), size) if rng.random() < 0.7 else float("inf")
    until = time.monotonic() + (rng.uniform(0, seconds) if grown == float("inf") else 3 * seconds)
    while time.monotonic() < until and size_of(part) < grown:
        time.sleep(0.0005)
    os.kill(process, signal.SIGKILL)
    return wait(process)


def main(folder, model, workers, kills):
    """Kill runs, each where the one before it was killed, and now and then let one run to its end and look at it."""
    rng = random.Random(workers)
    counts = Counter()
    for name, layout in OUTPUTS:
        room = Path(folder).parent / f"{workers}-{name}"
        room.mkdir()
        whole, output, part = room / f"whole-{name}", room / name, room / f".{name}.part"
        started = time.monotonic()
        assert wait(run(folder, model, whole, layout, workers)) == 0
        seconds = time.monotonic() - started
        wanted = counts["killed"] + kills // len(OUTPUTS)
        while counts["killed"] < wanted:
            process = run(folder, model, output, layout, workers)
            counts["killed"] += kill_at_random(process, part, seconds, 700_000, rng) == -signal.SIGKILL
            counts["half-written"] += output.exists() and output.read_bytes() != whole.read_bytes()
            if rng.random() < 0.25 or output.exists() or counts["killed"] == wanted:
                counts["failed"] += wait(run(folder, model, output, layout, workers)) != 0
                counts["other bytes"] += output.read_bytes() != whole.read_bytes()
                counts["left over"] += any(path.name.startswith(".") for path in room.iterdir())
                output.unlink()
        counts["went on"] += len((room / "went on").read_text())
    print(json.dumps(counts))


if __name__ == "__main__":
    TAGGER = industag.load(sys.argv[2])
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
