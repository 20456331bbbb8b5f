"""A batch: from paths to one result, in order, whole or not at all, and going on where it was cut short."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any, Protocol

from industag import __version__
from industag.batch.chunks import deal
from industag.batch.journal import Spool
from industag.batch.memory import give_back
from industag.batch.workers import Result, Setup, results
from industag.fast import is_worth_it
from industag.output.tables import check_library
from industag.output.tally import MOST_FAILURES, Tally
from industag.output.writers import Layout, cannot_write, open_output, write_result
from industag.reading.documents import Failure
from industag.reading.finding import STDIN, Source, find_sources
from industag.reading.formats import FORMATS
from industag.tagger import Tagger

_CHUNKS_BETWEEN = 32
"""After so many chunks, memory that is free is given back."""


class Watcher(Protocol):
    """Is told how a batch goes on."""

    def begin(self, done: int) -> None:
        """Take how many bytes of the input were done before."""

    def say(self, message: str) -> None:
        """Take something that a person should know."""

    def advance(self, done: int, total: int, tally: Tally) -> None:
        """Take how many bytes of the input are done, of how many, and what they hold."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done.

    Attributes:
        paths: Files, folders, and "-" for standard input.
        setup: The model, what to answer, and how to read.
        layout: What the result looks like.
        output: The file to write; None for standard output.
        workers: How many processes do the work.
        resume: Whether to go on where an earlier run was cut short.
    """

    paths: tuple[str, ...]
    setup: Setup
    layout: Layout
    output: str | None = None
    workers: int = 1
    resume: bool = True


def run(job: Job, tagger: Tagger, standard: IO[bytes], watcher: Watcher) -> Tally:
    """Do a job, and return what the result holds.

    Raises:
        OutputError: The result cannot be written, or an unfinished run of another kind is in the way.
    """
    check_library(job.layout.kind)
    started = time.monotonic()
    if job.output is None:
        return _to_standard_output(job, tagger, standard, watcher)
    read = replace(job.setup.read, skip=Path(job.output))
    found = list(find_sources(job.paths, read))
    identity = _identity(job, tagger, found)
    with Spool(job.output, identity, resume=job.resume) as spool:
        progress = spool.progress
        if progress.chunks:
            watcher.say(f"{job.output}: going on after {progress.tally.sentences:,} sentences of an earlier run")
        before = progress.tally.sentences
        if not progress.complete:
            job = _sped_up(job, tagger, found)
            for result in _watched(_results(job, tagger, found, progress.chunks), found, progress.done, watcher):
                spool.append(result)
            spool.complete()
        _finish(job.layout, tagger, spool)
    seconds = time.monotonic() - started
    _write_summary(job, identity, progress.tally, {"sentences_of_an_earlier_run": before, "seconds": round(seconds, 3)})
    return progress.tally


def _to_standard_output(job: Job, tagger: Tagger, standard: IO[bytes], watcher: Watcher) -> Tally:
    """Do a job whose result goes to standard output: row by row as they come, where the format can."""
    tally = Tally()
    found = list(find_sources(job.paths, job.setup.read))
    job = _sped_up(job, tagger, found)
    lines = _lines(_watched(_results(job, tagger, found), found, 0, watcher), tally)
    try:
        if job.layout.needs_columns:
            with tempfile.TemporaryFile() as spool:
                spool.writelines(lines)
                spool.seek(0)
                write_result(job.layout, spool, standard, tagger.taxonomy, tally.columns)
        else:
            write_result(job.layout, lines, standard, tagger.taxonomy, {})
        standard.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise cannot_write("standard output", error) from error
    return tally


def _sped_up(job: Job, tagger: Tagger, found: Iterable[Source | Failure]) -> Job:
    """Have the work done in compiled loops, by the workers too, where there is so much text that it is worth it."""
    if not is_worth_it(sum(each.size for each in found if isinstance(each, Source) and each.kind in FORMATS)):
        return job
    tagger.speed_up()  # before the workers start, so that the loops are compiled once
    return replace(job, setup=replace(job.setup, fast=True))


def _lines(coming: Iterable[Result], tally: Tally) -> Iterator[bytes]:
    """Yield the lines of results, and add up what they hold."""
    for result in coming:
        tally.add(result.tally)
        yield from result.lines.splitlines(keepends=True)


def _results(job: Job, tagger: Tagger, found: Iterable[Source | Failure], done: int = 0) -> Iterator[Result]:
    """Yield the results of all chunks but those that are done."""
    chunks = islice(deal(found, job.setup.read, split=tagger.split), done, None)
    return results(chunks, tagger, job.setup, job.workers)


def _watched(coming: Iterable[Result], found: list[Source | Failure], done: int, watcher: Watcher) -> Iterator[Result]:
    """Yield the results, and tell the watcher of each."""
    total = sum(each.size for each in found if isinstance(each, Source))
    tally = Tally()
    watcher.begin(done)
    for number, result in enumerate(coming):
        told, noted = len(tally.failures), len(tally.notes)
        tally.add(result.tally)
        done += result.size
        for message in (*tally.failures[told:], *tally.notes[noted:]):
            watcher.say(message)
        if told < len(tally.failures) == MOST_FAILURES:
            watcher.say("further failures are counted, and each has its row, but they are not told here")
        yield result
        watcher.advance(done, total, tally)
        if number % _CHUNKS_BETWEEN == 0:
            give_back()


def _finish(layout: Layout, tagger: Tagger, spool: Spool) -> None:
    """Give the result its name."""
    if layout.is_spool:
        spool.rename()
    else:
        with open_output(spool.output) as file:
            write_result(layout, spool.lines(), file, tagger.taxonomy, spool.progress.tally.columns)
        spool.finished = True


def _identity(job: Job, tagger: Tagger, found: Iterable[Source | Failure]) -> dict[str, Any]:
    """Return what the lines of a run depend on; how they are laid out in the end is no part of it."""
    read = asdict(job.setup.read)
    del read["skip"]
    if STDIN not in job.paths:
        del read["stdin_format"]
    options = {**asdict(job.setup.tag), **read}
    return {
        "industag": __version__,
        "model": tagger.fingerprint,
        "taxonomy": tagger.taxonomy.fingerprint,
        "options": {name: sorted(value) if isinstance(value, frozenset) else value for name, value in options.items()},
        "inputs": [_state(each) for each in found],
    }


def _state(found: Source | Failure) -> list[Any]:
    return [found.name, found.size, found.state] if isinstance(found, Source) else [found.name, found.message]


def _write_summary(job: Job, identity: dict[str, Any], tally: Tally, times: dict[str, Any]) -> None:
    """Write the counts of a run, its failures and what it depended on beside its output."""
    inputs = identity["inputs"]
    statuses = {status: tally.statuses[status] for status in ("tagged", "review", "none")}
    summary = {
        "output": str(job.output),
        "format": job.layout.kind,
        "rows": job.layout.form,
        "inputs": len(inputs),
        "documents": tally.documents,
        "sentences": tally.sentences,
        **statuses,
        "failed": tally.statuses["error"],
        "failures": tally.failures,
        "read_in_part": tally.incomplete,
        "notes": tally.notes,
        **{key: value for key, value in identity.items() if key != "inputs"},
        "workers": job.workers,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        **times,
    }
    with open_output(f"{job.output}.summary.json") as file:
        file.write((json.dumps(summary, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace"))
