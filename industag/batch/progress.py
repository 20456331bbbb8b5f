"""Progress of a batch on standard error: a bar for a person, a line of JSON for a machine, or nothing."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import IO

from industag.output.tally import Tally
from industag.output.terminal import printable

KINDS = ("bar", "json", "none")
_BAR, _CLEAR = 24, "\r\033[K"
_SECONDS_BETWEEN = {"bar": 0.2, "json": 1.0}


@dataclass(slots=True)
class ProgressReport:
    """Tells how a batch goes on: one of ``KINDS``."""

    kind: str
    file: IO[str]
    _started: float = field(default_factory=time.monotonic)
    _last: float = 0.0
    _before: int = 0

    def begin(self, done: int) -> None:
        """Take how many bytes of the input were done before."""
        self._before = done

    def say(self, message: str) -> None:
        """Write a message on a line of its own."""
        self.clear()
        self.file.write(f"industag: {printable(message)}\n")
        self.file.flush()

    def advance(self, done: int, total: int, tally: Tally) -> None:
        """Tell how many bytes of the input are done, of how many, and what came of them, if it was not told just now."""
        now = time.monotonic()
        if self.kind == "none" or (now - self._last < _SECONDS_BETWEEN[self.kind] and done < total):
            return
        self._last = now
        seconds = now - self._started
        state = _state(done, total, tally, seconds, done - self._before)
        self.file.write(json.dumps(state) + "\n" if self.kind == "json" else _CLEAR + _line(state))
        self.file.flush()

    def clear(self) -> None:
        """Take the bar away."""
        if self.kind == "bar":
            self.file.write(_CLEAR)
            self.file.flush()


def _state(done: int, total: int, tally: Tally, seconds: float, done_since: int) -> dict[str, float | int | None]:
    return {
        "done": round(done / total, 4) if total else 1.0,
        "bytes": done,
        "bytes_total": total,
        "sentences": tally.sentences,
        "failed": tally.statuses["error"],
        "sentences_per_second": round(tally.sentences / seconds, 1) if seconds else 0.0,
        "seconds": round(seconds, 1),
        "seconds_left": round((total - done) * seconds / done_since, 1) if done_since else None,
    }


def _line(state: dict[str, float | int | None]) -> str:
    """Return the bar with what stands beside it."""
    share = state["done"] or 0.0
    full = int(share * _BAR)
    left = state["seconds_left"]
    parts = [
        f"[{'#' * full}{'-' * (_BAR - full)}] {share:4.0%}",
        f"{state['sentences']:,} sentences",
        f"{state['sentences_per_second']:,.0f} a second",
        "" if left is None else f"{_clock(left)} left",
        f"{state['failed']} failed" if state["failed"] else "",
    ]
    return ", ".join(filter(None, parts))


def _clock(seconds: float) -> str:
    """Return a time as hours, minutes and seconds.

    >>> _clock(3723)
    '1:02:03'
    """
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"
