"""Threads: work done side by side within one process, with the results in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

X = TypeVar("X")
Y = TypeVar("Y")

_AHEAD = 2
"""So many items for each thread are under way, and no more, so that memory stays flat."""


def map_in_threads(function: Callable[[X], Y], items: Iterable[X], threads: int) -> Iterator[Y]:
    """Yield what a function returns for each item, in order; an error comes where its result would.

    >>> list(map_in_threads(abs, [-1, 2, -3], threads=2))
    [1, 2, 3]
    """
    with ThreadPoolExecutor(threads) as pool:
        under_way: deque[Future[Y]] = deque()
        for item in items:
            under_way.append(pool.submit(function, item))
            if len(under_way) > _AHEAD * threads:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
