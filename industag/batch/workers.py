"""Workers: chunks of a batch done here, or by other processes; the results come in order and are the same."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from industag.answers import TagOptions
from industag.artefact import load
from industag.batch.chunks import Chunk
from industag.errors import ArtefactError
from industag.output.quick_records import QuickEncoder
from industag.output.records import Encoder, Provenance
from industag.output.rows import tag_documents
from industag.output.tally import Tally
from industag.reading.documents import Document, Failure, ReadOptions
from industag.reading.finding import Source
from industag.reading.readers import read_source
from industag.tagger import Tagger
from industag.threads import map_in_threads

_AHEAD = 2
"""So many chunks for each worker are on their way, and no more, so that memory stays flat."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a worker needs to know.

    Attributes:
        model: The model folder; None for the one that came with industag.
        fingerprint: The model's fingerprint, so that no worker uses another.
        tag: What to answer.
        read: How to read.
        fast: Whether to use the compiled loops.
    """

    model: str | None
    fingerprint: str
    tag: TagOptions
    read: ReadOptions
    fast: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a chunk: lines of JSON, what they hold, and how many bytes of input they come from."""

    lines: bytes
    tally: Tally
    size: int


def cores() -> int:
    """Return how many processes this machine can run at once, as far as it lets this one."""
    from joblib import cpu_count

    return int(cpu_count())


class Worker:
    """Does chunks with one model; it never changes, so threads can share it."""

    def __init__(self, tagger: Tagger, setup: Setup) -> None:
        self._tagger = tagger
        self._setup = setup
        self._provenance = Provenance(tagger.taxonomy.fingerprint, tagger.fingerprint)
        self._quick = QuickEncoder(tagger, setup.tag, self._provenance) if tagger.is_fast else None

    def work(self, chunk: Chunk) -> Result:
        """Return the records of a chunk."""
        tally = Tally()
        documents = tally.noting(_documents(chunk, self._setup.read))
        if self._quick is not None:
            lines = self._quick.encode(documents, tally)
        else:
            rows = tally.counting(tag_documents(self._tagger, documents, self._setup.tag))
            lines = Encoder(self._provenance).encode(rows)
        return Result(lines, tally, chunk.size)


def _documents(chunk: Chunk, options: ReadOptions) -> Iterator[Document | Failure]:
    for item in chunk.items:
        if isinstance(item, Source):
            yield from read_source(item, options)
        else:
            yield item


def results(chunks: Iterable[Chunk], tagger: Tagger, setup: Setup, workers: int = 1) -> Iterator[Result]:
    """Yield what comes of each chunk, in order, from as many worker processes; with one worker, from this process.

    Compiled loops leave Python to others, so one process does chunks side by side then, two at least; all those that are
    read already, since to send them to another would take longer than to do them.
    """
    here = Worker(tagger, setup)
    if workers > 1:
        return _from_workers(chunks, here, setup, workers)
    return map_in_threads(here.work, chunks, threads=2) if tagger.is_fast else map(here.work, chunks)


def _from_workers(chunks: Iterable[Chunk], here: Worker, setup: Setup, workers: int) -> Iterator[Result]:
    from joblib.externals.loky import BrokenProcessPool

    pool = _Pool(setup, workers)
    coming = iter(chunks)
    waiting: deque[tuple[Chunk, Any]] = deque()
    with ThreadPoolExecutor(workers, initializer=_hold_interrupts) as threads:

        def begin(chunk: Chunk) -> Any:  # noqa: ANN401 - a future, of joblib's or not
            is_read = not any(isinstance(item, Source) for item in chunk.items)
            return threads.submit(here.work, chunk) if setup.fast and is_read else pool.submit(chunk)

        try:
            while True:
                waiting.extend((chunk, begin(chunk)) for chunk in islice(coming, workers * _AHEAD - len(waiting)))
                if not waiting:
                    break
                try:
                    result = waiting[0][1].result()
                except BrokenProcessPool:  # every chunk on its way to a process is lost, and one of them did it
                    for chunk, under_way in waiting:
                        try:
                            result = under_way.result()
                        except BrokenProcessPool:
                            result = _with_care(pool, here, chunk)
                        yield result
                    waiting.clear()
                else:
                    waiting.popleft()
                    yield result
        except BaseException:
            pool.kill()
            raise
    pool.close()


def _with_care(pool: _Pool, here: Worker, chunk: Chunk) -> Result:
    """Return what comes of a chunk that may end the worker that does it: then halves of it are tried, down to one item."""
    from joblib.externals.loky import BrokenProcessPool

    try:
        result: Result = pool.submit(chunk).result()
    except BrokenProcessPool:
        if len(chunk.items) == 1:
            return here.work(Chunk((_fatal(chunk.items[0]),), chunk.size))
        middle = len(chunk.items) // 2
        halves = (Chunk(chunk.items[:middle], 0), Chunk(chunk.items[middle:], 0))
        result = _joined((_with_care(pool, here, half) for half in halves), chunk.size)
    return result


def _joined(parts: Iterable[Result], size: int) -> Result:
    """Return the results of the parts of a chunk as that of the chunk."""
    lines, tally = b"", Tally()
    for part in parts:
        lines += part.lines
        tally.add(part.tally)
    return Result(lines, tally, size)


def _fatal(item: Source | Document | Failure) -> Failure:
    """Return the failure that stands for an item whose worker was ended."""
    row = None if isinstance(item, Source) else item.row
    where = item.name if row is None else f"{item.name}, row {row}"
    message = f"{where}: the worker process that read and tagged it was ended, for want of memory perhaps; split it"
    return Failure(item.name, message, row)


class _Pool:
    """Worker processes, started anew when one of them is ended from outside."""

    def __init__(self, setup: Setup, workers: int) -> None:
        self._setup = setup
        self._workers = workers
        self._is_begun = False

    def submit(self, chunk: Chunk) -> Any:  # noqa: ANN401 - a future of joblib's
        from joblib.externals.loky import BrokenProcessPool

        self._is_begun = True
        with _interrupts_held(), _tidying_unsaid():
            try:
                return self._executor().submit(_work_here, self._setup, chunk)
            except BrokenProcessPool:  # it broke a moment ago; the next one is new
                return self._executor().submit(_work_here, self._setup, chunk)

    def close(self) -> None:
        """Let the workers go."""
        if self._is_begun:
            self._executor().shutdown()

    def kill(self) -> None:
        """End the workers at once."""
        if self._is_begun:
            self._executor().shutdown(kill_workers=True)

    def _executor(self) -> Any:  # noqa: ANN401 - an executor of joblib's
        from joblib.externals.loky import get_reusable_executor

        return get_reusable_executor(max_workers=self._workers, initializer=_depend_on, initargs=(os.getpid(),))


def _hold_interrupts() -> None:
    """Hold interrupts back from this thread, or it would get those that are held back from another for a moment."""
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold interrupts back for a moment; processes started meanwhile never get any, and so say nothing about them."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _tidying_unsaid() -> Iterator[None]:
    """See to it that the process with which joblib tidies up, if it is started now, does not warn of what it finds to do."""
    before = os.environ.get("PYTHONWARNINGS", "")
    os.environ["PYTHONWARNINGS"] = f"{before},ignore:resource_tracker".lstrip(",")
    try:
        yield
    finally:
        os.environ["PYTHONWARNINGS"] = before


def _depend_on(parent: int) -> None:
    """Leave it to the parent process what an interrupt means, and end with it, even where it was killed."""

    def end_with_parent() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":  # where the id of a parent that is gone stays the same
        threading.Thread(target=end_with_parent, daemon=True).start()


_loaded: dict[Setup, Worker] = {}
"""What this worker process works with: the model is loaded once."""


def _work_here(setup: Setup, chunk: Chunk) -> Result:
    """Do a chunk in a worker process."""
    if setup not in _loaded:
        tagger = load(setup.model)
        if tagger.fingerprint != setup.fingerprint:
            raise ArtefactError(f"{setup.model or 'the model'}: changed since the run began; run again")
        _loaded[setup] = Worker(tagger.speed_up() if setup.fast else tagger, setup)
    return _loaded[setup].work(chunk)
