"""The journal of a batch: how much of its output is safe on the disk, so that a run that was cut short can go on."""

from __future__ import annotations

import errno
import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from industag.batch.workers import Result
from industag.errors import OutputError
from industag.output.tally import Tally
from industag.output.writers import cannot_write, sync_folder

SECONDS = 1.0
"""So often, while chunks come, what is written is made safe; a power cut costs this much work, and a chunk."""

_FORMAT = 1
_HELD = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
Identity = Mapping[str, Any]
"""What a run depends on, as plain data; a run goes on only where all of it is the same."""


@dataclass(slots=True)
class Progress:
    """How far a run has come: ``size`` bytes of the part file hold the results of the first ``chunks`` chunks.

    Attributes:
        chunks: How many chunks are done.
        size: How long the part file is then.
        done: How many bytes of input they are.
        complete: Whether these are all.
        tally: What they hold.
    """

    chunks: int = 0
    size: int = 0
    done: int = 0
    complete: bool = False
    tally: Tally = field(default_factory=Tally)


class Spool:
    """The part file of an output with its journal, both beside it and hidden until the run is over.

    The journal is lines of JSON: first the identity of the run, then a line whenever more of the part file is safe. The
    part file is made safe before the line is written, so a line that is whole is true.
    """

    def __init__(self, output: str, identity: Identity, *, resume: bool) -> None:
        target = Path(output)
        self.output = output
        self.finished = False
        self.part = target.with_name(f".{target.name}.part")
        self._journal_path = target.with_name(f".{target.name}.journal")
        self._identity = {"format": _FORMAT, **identity}
        with self._writing():
            self._journal = _locked(self._journal_path, output)
        try:
            self.progress = self._earlier() if resume else Progress()
            self._safe = self.progress.chunks > 0 or self.progress.complete
            self._pending = Tally()
            self._last = time.monotonic()
            with self._writing():
                self._file = self._opened()
        except BaseException:
            self._journal.close()
            if not self._journal_path.stat().st_size:
                self._journal_path.unlink()
            raise

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the files, and remove them if the run is finished or there is nothing to go on from."""
        with suppress(OSError):  # a disk that is full says so again
            self._file.close()
        if sys.platform == "win32":  # where an open file cannot be removed; elsewhere the lock holds until it is
            self._journal.close()
        if self.finished or not self._safe:
            for path in (self.part, self._journal_path):
                path.unlink(missing_ok=True)
            sync_folder(self.part.parent)
        self._journal.close()

    def append(self, result: Result) -> None:
        """Write the result of the next chunk."""
        with self._writing():
            self._file.write(result.lines)
            self.progress.chunks += 1
            self.progress.size += len(result.lines)
            self.progress.done += result.size
            self._pending.add(result.tally)
            self.progress.tally.add(result.tally)
            if time.monotonic() - self._last >= SECONDS:
                self._make_safe()

    def complete(self) -> None:
        """Say that there are no more chunks."""
        with self._writing():
            self.progress.complete = True
            self._make_safe()

    def lines(self) -> Iterator[bytes]:
        """Yield the lines of the part file."""
        with self.part.open("rb") as file:
            yield from file

    def rename(self) -> None:
        """Give the part file the name of the output; the run is finished."""
        with self._writing():
            self._file.close()
            self.part.replace(self.output)
            sync_folder(self.part.parent)
        self.finished = True

    def _make_safe(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        progress = self.progress
        reached = {"chunks": progress.chunks, "size": progress.size, "done": progress.done, "complete": progress.complete}
        self._safe = True  # from here on, since an interrupt may come when the line is written and not yet safe
        self._write_line({**reached, "tally": self._pending.to_json()})
        self._pending = Tally()
        self._last = time.monotonic()

    def _write_line(self, data: Mapping[str, Any]) -> None:
        self._journal.write(json.dumps(data, ensure_ascii=True).encode("ascii") + b"\n")
        self._journal.flush()
        os.fsync(self._journal.fileno())

    def _opened(self) -> IO[bytes]:
        """Return the part file, cut to what is safe, with a journal that says the same."""
        file = self.part.open("r+b" if self.progress.size else "wb")
        file.truncate(self.progress.size)
        file.seek(self.progress.size)
        if not self.progress.chunks and not self.progress.complete:
            self._journal.seek(0)
            self._journal.truncate()
            self._write_line(self._identity)
            sync_folder(self.part.parent)
        return file

    def _earlier(self) -> Progress:
        """Return how far an earlier run came, if it was the same run, and cut what is not whole off its journal.

        Raises:
            OutputError: It was another run: what differs is said.
        """
        self._journal.seek(0)
        first, progress = self._journal.readline(), Progress()
        identity = _parsed(first)
        if identity is None:
            return progress
        there = self.part.stat().st_size if self.part.exists() else -1
        good = len(first)
        for line in self._journal:
            entry = _parsed(line)
            if entry is None or entry["size"] > there:
                break
            progress.tally.add(Tally.from_json(entry["tally"]))
            progress.chunks, progress.size = entry["chunks"], entry["size"]
            progress.done, progress.complete = entry["done"], entry["complete"]
            good += len(line)
        if not progress.chunks and not progress.complete:
            return Progress()
        differences = list(_differences(identity, self._identity))
        if differences:
            raise OutputError(_refusal(self.output, differences))
        self._journal.seek(good)
        self._journal.truncate()
        return progress

    def _writing(self) -> _Writing:
        return _Writing(self.output)


class _Writing:
    """Turns what the operating system says against writing into an error that says what to do."""

    def __init__(self, output: str) -> None:
        self._output = output

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, OSError):
            raise cannot_write(self._output, error) from error


def _parsed(line: bytes) -> dict[str, Any] | None:
    """Return what a line of the journal says; None if it is not whole."""
    if not line.endswith(b"\n"):
        return None
    try:
        data = json.loads(line)
    except ValueError:
        return None
    return data if isinstance(data, dict) else None


def _locked(path: Path, output: str) -> IO[bytes]:
    """Return the journal, open and locked; the lock goes when the process does, however it ends.

    Raises:
        OutputError: Another run holds it.
    """
    while True:
        journal = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644), "r+b")
        if not _lock(journal):
            journal.close()
            raise OutputError(f"{output}: another run is writing it; wait for it, or write to another file")
        if path.exists() and os.path.samestat(path.stat(), os.fstat(journal.fileno())):
            return journal
        journal.close()  # the other run ended, and removed the file, between the opening and the locking


def _lock(file: IO[bytes]) -> bool:
    """Lock an open file, and tell whether that could be done."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(1 << 40)  # far behind what is written, since a locked byte cannot be read
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            file.seek(0)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in _HELD  # a disk that knows no locks is no reason not to write
    return True


def _refusal(output: str, differences: list[str]) -> str:
    shown = differences[:5] + ([f"and {len(differences) - 5} more"] if len(differences) > 5 else [])
    return (
        f"{output}: an unfinished run is kept beside it, and this one differs from it ({'; '.join(shown)}); "
        "give the same input and options to go on with it, or --no-resume to begin anew"
    )


def _differences(then: Identity, now: Identity) -> Iterator[str]:
    """Yield what differs between two runs."""
    for key in now:
        if key in ("inputs", "options"):
            continue
        if then.get(key) != now[key]:
            yield f"{key}: {then.get(key)} then, {now[key]} now"
    for name, value in now["options"].items():
        earlier = then.get("options", {}).get(name)
        if earlier != value:
            yield f"{name}: {_said(earlier)} then, {_said(value)} now"
    yield from _changed_inputs(then.get("inputs", []), now["inputs"])


def _said(value: Any) -> str:  # noqa: ANN401 - the value of an option
    return "nothing" if value is None or value == [] else ", ".join(value) if isinstance(value, list) else str(value)


def _changed_inputs(then: list[list[Any]], now: list[list[Any]]) -> Iterator[str]:
    earlier, later = ({each[0]: each[1:] for each in inputs} for inputs in (then, now))
    for name, state in later.items():
        if name not in earlier:
            yield f"{name} is new"
        elif earlier[name] != state:
            yield f"{name} was changed"
    yield from (f"{name} is gone" for name in earlier if name not in later)
    if earlier == later and then != now:
        yield "the input comes in another order"
