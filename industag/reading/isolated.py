"""Reading in another process: a file that hangs, grows without end or crashes a library costs one failure, not the batch.

The process is kept for the next file. Plain pipes and JSON serve, so that it works from any process, the workers of a
batch among them, and so that nothing made from a hostile file is ever run.
"""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from industag.reading.documents import Document, Failure, ReadOptions, shown_name, unpack
from industag.reading.frames import read_frame, write_frame

_ENVIRONMENT = {
    "MALLOC_ARENA_MAX": "1",  # memory set aside counts against the limit
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "OMP_NUM_THREADS": "1",
}


def read_isolated(path: Path, kind: str, options: ReadOptions) -> Iterator[Document | Failure]:
    """Yield the documents of a file of one of ``BINARY_FORMATS``, or a failure if it cannot be read within limits."""
    name = shown_name(path)
    request = {"path": str(path), "kind": kind, "text_column": options.text_column, "seconds": options.seconds}
    try:
        request["folder"] = str(Path.cwd())
        process = _take(options.megabytes)
    except OSError as error:
        yield Failure(name, f"{name}: no process to read it can be started: {error.strerror or error}")
        return
    ended = False
    try:
        process.ask(request)
        while (answer := process.answer()) is not None and "documents" in answer:
            yield from (unpack(each) for each in answer["documents"])
        ended = answer is not None
        if answer is None:
            yield Failure(name, f"{name}: {process.cause_of_death(options)}")
        elif answer["error"]:
            yield Failure(name, answer["error"])
    finally:
        if ended:
            _IDLE.append(process)
        else:
            process.stop()


class _Process:
    """A process that reads one file after another."""

    def __init__(self, megabytes: int) -> None:
        self.megabytes = megabytes
        self._owner = os.getpid()
        self._waited = 0.0
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "industag.reading.reading_process", str(megabytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **_ENVIRONMENT, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            start_new_session=True,  # whoever interrupts the batch lets the file be read to its end
        )
        self._requests = cast(BinaryIO, self._process.stdin)
        self._answers = cast(BinaryIO, self._process.stdout)

    def is_ready(self) -> bool:
        """Tell whether this process may ask, and there is someone to ask."""
        return self._owner == os.getpid() and self._process.poll() is None

    def ask(self, request: dict[str, Any]) -> None:
        """Send a request."""
        self._waited = 0.0
        try:
            write_frame(self._requests, request)
        except OSError:
            return  # it is dead, as the answer will tell

    def answer(self) -> Any:  # noqa: ANN401 - plain data
        """Return the next answer, or None if there will be none."""
        since = time.monotonic()
        answer = read_frame(self._answers)
        self._waited += time.monotonic() - since
        return answer

    def cause_of_death(self, options: ReadOptions) -> str:
        """Return why the process ended in the midst of an answer."""
        code = self._process.wait()
        if self._waited >= options.seconds or -code == getattr(signal, "SIGALRM", None):  # its own clock rang
            return f"took longer than {options.seconds:g} seconds to read"
        how = next((known.name for known in signal.Signals if known == -code), f"exit code {code}")
        return f"broke what reads it ({how}): it is damaged, or needs more than {options.megabytes} MB of memory"

    def stop(self) -> None:
        """End the process."""
        if self._owner == os.getpid():
            self._process.kill()
            self._process.communicate()


_IDLE: list[_Process] = []


def _take(megabytes: int) -> _Process:
    """Return a process of this one's own that waits for a file, or a new one."""
    for process in _IDLE:
        if process.is_ready() and process.megabytes == megabytes:
            _IDLE.remove(process)
            return process
    return _Process(megabytes)


@atexit.register
def _stop_all() -> None:
    while _IDLE:
        _IDLE.pop().stop()
