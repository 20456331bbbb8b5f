"""Runs that are timed in turns, one round of all and then the next, so that what disturbs the machine disturbs all alike."""

from __future__ import annotations

import multiprocessing
import os
import resource
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

N_ROUNDS = 5


@dataclass(frozen=True)
class Reading:
    """What a run reads each time: so many bytes of UTF-8 in so many texts."""

    n_bytes: int
    n_texts: int

    @classmethod
    def of(cls, texts: Sequence[str]) -> Reading:
        """Return what texts amount to."""
        return cls(sum(len(text.encode("utf-8")) for text in texts), len(texts))


@dataclass
class Timing:
    """The figures of one run over all rounds.

    Attributes:
        reading: What it reads each time.
        cpu: Seconds of processor time, all threads and children together, for each round.
        wall: Seconds by the clock, for each round.
        peak: The most memory that its process held in a round, in MB.
    """

    reading: Reading
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    peak: float = 0.0

    @property
    def mb_per_second(self) -> float:
        """Millions of bytes in a second of processor time; the median round."""
        return self.reading.n_bytes / median(self.cpu) / 1e6

    @property
    def texts_per_second(self) -> float:
        """Texts in a second of processor time; the median round."""
        return self.reading.n_texts / median(self.cpu)

    def add(self, cpu: float, wall: float, peak: float) -> None:
        """Add a round."""
        self.cpu.append(cpu)
        self.wall.append(wall)
        self.peak = max(self.peak, peak)


def measure(run: Callable[[], object]) -> tuple[float, float, float]:
    """Return the processor time, the time by the clock, and the peak of memory in MB, of one run."""
    _forget_peak()
    cpu, wall = _cpu(), time.perf_counter()
    run()
    return _cpu() - cpu, time.perf_counter() - wall, _peak()


def in_turns(runs: Mapping[str, tuple[Callable[[], object], Reading]]) -> dict[str, Timing]:
    """Return the timings of runs in this process, each once unmeasured and then round by round."""
    timings = {name: Timing(reading) for name, (_, reading) in runs.items()}
    for run, _ in runs.values():
        run()
    for _ in range(N_ROUNDS):
        for name, (run, _) in runs.items():
            timings[name].add(*measure(run))
    return timings


@dataclass(frozen=True)
class Start:
    """How a run is started in a process of its own: ``make(*arguments)`` returns it and what it reads."""

    make: Callable[..., tuple[Callable[[], object], Reading]]
    arguments: tuple[object, ...]
    n_cores: int


def apart_in_turns(starts: Mapping[str, Start]) -> tuple[dict[str, Timing], dict[str, str]]:
    """Return the timings of runs that live in processes of their own, and why others could not be started."""
    timings: dict[str, Timing] = {}
    missing: dict[str, str] = {}
    with _processes(starts) as connections:
        for name, connection in connections.items():
            ready = connection.recv()
            if isinstance(ready, Reading):
                timings[name] = Timing(ready)
            else:
                missing[name] = str(ready)
        for _ in range(N_ROUNDS):
            for name, timing in timings.items():
                connections[name].send("go")
                timing.add(*connections[name].recv())
    return timings, missing


@contextmanager
def _processes(starts: Mapping[str, Start]) -> Iterator[dict[str, Connection]]:
    """Yield a connection to a process for each run, made ready one after another; at the end they stop."""
    context = multiprocessing.get_context("spawn")
    connections: dict[str, Connection] = {}
    processes = []
    try:
        for name, start in starts.items():
            connections[name], theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, start), daemon=True)
            process.start()
            processes.append(process)
            theirs.close()
            connections[name].poll(None)
        yield connections
    finally:
        for connection in connections.values():
            connection.close()
        for process in processes:
            process.join()


def _serve(connection: Connection, start: Start) -> None:
    """Make the run ready, run it once unmeasured, and then each time that the other side says so."""
    keep_to(start.n_cores)
    try:
        run, reading = start.make(*start.arguments)
        run()
    except (ImportError, RuntimeError, OSError) as error:
        connection.send(f"{type(error).__name__}: {error}")
        return
    connection.send(reading)
    try:
        while connection.recv():
            connection.send(measure(run))
    except EOFError:
        return


def keep_to(n_cores: int) -> None:
    """Keep this process, and what it starts from now on, to so many cores."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:n_cores])


def _cpu() -> float:
    """Return the processor time of this process and of the children that have ended."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _forget_peak() -> None:
    """Let the peak of memory begin anew, where the system can do that."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def _peak() -> float:
    """Return the peak of memory in MB of this process."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return int(lines["VmHWM"].split()[0]) / 1e3
