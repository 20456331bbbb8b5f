"""The process that takes files apart, run as ``python -m industag.reading.reading_process MEGABYTES``.

A message on standard input names a file; the answer, on standard output, is messages with its documents and one that ends
them. A file that takes too long ends the process, and so does one that breaks a library in it. It trusts nobody with more
than its own memory: only JSON leaves it.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from industag.errors import IndustagError
from industag.reading.binary_files import read_binary
from industag.reading.documents import Document, ReadOptions, pack
from industag.reading.frames import read_frame, write_frame

_CHARACTERS_AT_ONCE = 1 << 18
_DOCUMENTS_AT_ONCE = 500


class _Watch:
    """Ends the process when reading, the time that it waits for its reader not counted, has taken too long.

    The system's alarm does it, or the interpreter's watchdog where there is none: no library can hold them up.
    """

    def __init__(self, seconds: float, sink: BinaryIO) -> None:
        self._left = seconds
        self._sink = sink
        self._since = 0.0

    def go_on(self) -> None:
        """Let time run."""
        self._since = time.monotonic()
        left = max(self._left, 0.001)
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, left)
        else:
            faulthandler.dump_traceback_later(left, exit=True, file=self._sink)

    def pause(self) -> None:
        """Stop the time."""
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
        else:
            faulthandler.cancel_dump_traceback_later()
        self._left -= time.monotonic() - self._since


def main() -> None:
    """Answer until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the batch stops, and then this
    _limit_memory(int(sys.argv[1]))
    answers = os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "wb") as sink:  # noqa: PTH123 - no path
        os.dup2(sink.fileno(), 1)  # whatever a library prints must not come between the answers
        while (request := read_frame(sys.stdin.buffer)) is not None:
            _answer(request, answers, _Watch(request["seconds"], sink))


def _answer(request: dict[str, Any], answers: BinaryIO, watch: _Watch) -> None:
    """Write the documents of one file, in lots, and what ends them: an error or none."""
    options = ReadOptions(text_column=request["text_column"])
    error: str | None = None
    watch.go_on()
    try:
        os.chdir(request["folder"])  # where the one that asks is now
        for lot in _lots(read_binary(Path(request["path"]), request["kind"], options)):
            watch.pause()
            write_frame(answers, {"documents": [pack(document) for document in lot]})
            watch.go_on()
    except IndustagError as reason:
        error = str(reason)
    except (OSError, RecursionError, ValueError, TypeError, LookupError) as reason:
        error = f"{request['path']}: cannot be read: {type(reason).__name__}: {reason}"
    watch.pause()
    write_frame(answers, {"error": error})


def _lots(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """Yield documents in lots of a size worth a message."""
    lot: list[Document] = []
    characters = 0
    for document in documents:
        lot.append(document)
        characters += len(document.text)
        if characters > _CHARACTERS_AT_ONCE or len(lot) >= _DOCUMENTS_AT_ONCE:
            yield lot
            lot, characters = [], 0
    if lot:
        yield lot


def _limit_memory(megabytes: int) -> None:
    """Limit the address space, where the system can."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    except (ImportError, ValueError, OSError):
        return


if __name__ == "__main__":
    main()
