"""The door to the compiled loops: lists of strings in, answers or lines out."""

from __future__ import annotations

import ctypes
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from industag.calibration import Calibration
from industag.kernel.building import choices_of, tables_of
from industag.kernel.characters import Characters, characters
from industag.kernel.compiling import is_ready, set_ready
from industag.kernel.finding import hits_for
from industag.kernel.judging import PIECE, ledger_for
from industag.kernel.lines import Shown, Titles, Wording, out_of_reach, titles_of, wording_of, write_lines
from industag.kernel.reading import page_for
from industag.kernel.tables import Choices, Tables
from industag.kernel.tagging import (
    ANSWER,
    BEGIN,
    DONE,
    HITS_FULL,
    PAGE_FULL,
    RULES_FULL,
    SHEET_FULL,
    Desk,
    Sheet,
    split_texts,
    tag_sentences,
)
from industag.scoring import Scorer
from industag.threads import map_in_threads

Codes = NDArray[np.uint32]
Bounds = NDArray[np.int64]
Records = NDArray[Any]
X = TypeVar("X")

_HANDFUL = 1 << 17
"""How many characters are tagged at a time: so many that what is read and written of them stays in the cache."""
_FEW = 32
"""So many short texts are taken at a time: asking after each whether that is a handful takes longer than reading them."""

_LARGEST_ROOM = 1 << 27
"""A room of more bytes, which one very long text made it grow to, is given up."""

_copy_codes = ctypes.pythonapi.PyUnicode_AsUCS4
"""Copies the code points of a string to an address: to memory that is there, since fresh memory costs more than the copy."""
_copy_codes.argtypes = (ctypes.py_object, ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_int)
_copy_codes.restype = ctypes.c_void_p

_LOG = logging.getLogger("industag")


class Answers(NamedTuple):
    """The answers for some texts.

    Attributes:
        texts: The texts.
        bounds: Where each text begins when they stand one after another, shape (n_texts + 1,).
        sentences: How many sentences there are before each text, shape (n_texts + 1,).
        spans: Start and end of each sentence, counted like ``bounds``, shape (n_sentences, 2).
        begins: Of each sentence where its answers begin, and how many of them are tags; the others are to review.
        answers: Of each answer its probability, label and via, and where its evidence begins.
        pieces: The evidence: start and end within the sentence, value, is_term, and the number of the term or keyword.
    """

    texts: list[str]
    bounds: Bounds
    sentences: Bounds
    spans: Bounds
    begins: Records
    answers: Records
    pieces: Records


class Texts(NamedTuple):
    """A handful of texts to write lines for.

    Attributes:
        tagged: The texts to tag.
        shown: The texts to write, where these are others of the same length; the words that earned a tag are cut from
            those that are tagged.
        spans: Where the sentences of each text stand, if that is known; it must be what ``Engine.split`` tells.
    """

    tagged: Sequence[str]
    shown: Sequence[str] | None = None
    spans: Sequence[Bounds] | None = None


class Written(NamedTuple):
    """The lines for some texts.

    Attributes:
        lines: The lines, in UTF-8.
        sentences: How many sentences they are for.
        tagged: How many of these have tags.
        review: How many have answers to review, and no tags.
    """

    lines: bytes
    sentences: int
    tagged: int
    review: int


class Engine:
    """Tags batches of texts with one model, in compiled loops; it never changes, so threads can share it.

    The first engine on a machine compiles the loops, which takes about half a minute and is said as a warning.
    """

    def __init__(self, scorer: Scorer, calibration: Calibration) -> None:
        self._tables = tables_of(scorer, calibration)
        self._characters = characters()
        self._rooms: deque[_Room] = deque()
        if not is_ready():
            _LOG.warning("compiling the fast loops, once on this machine; this takes about half a minute ...")
            self._warm_up(calibration)
            set_ready()

    def choices(
        self, threshold: NDArray[np.float64], review_from: NDArray[np.float64], allowed: NDArray[np.bool_]
    ) -> Choices:
        """Return which labels to answer with: see ``tables.Choices``."""
        return choices_of(self._tables.sums, threshold, review_from, allowed)

    def tag(self, texts: Iterable[str], choices: Choices, *, splits: bool = True, threads: int = 1) -> Iterator[Answers]:
        """Yield the answers for texts, some texts at a time, in order.

        Args:
            texts: The texts.
            choices: Which labels to answer with.
            splits: Whether to answer sentence by sentence, or for each text as one sentence.
            threads: How many threads to use, >= 1.
        """

        def tag(some: list[str]) -> Answers:
            return self._tag(some, choices, splits)

        handfuls = handfuls_of(texts, len)
        return map(tag, handfuls) if threads == 1 else map_in_threads(tag, handfuls, threads)

    def write(self, texts: Texts, titles: Titles, wording: Wording, choices: Choices) -> Written:
        """Return the lines for a handful of texts.

        Args:
            texts: The texts.
            titles: What is said of each text.
            wording: What all lines have in common; see ``lines.write_lines``.
            choices: Which labels to answer with.
        """
        with self._room() as room:
            codes, bounds = room.pack(texts.tagged)
            if texts.spans is None:
                sentences, spans = room.split(codes, bounds, self._characters)
            else:
                sentences, spans = _placed(texts.spans, bounds)
            sheet = room.answer(codes, spans, self._characters, self._tables, choices)
            as_shown = Shown(codes, bounds) if texts.shown is None else _shown(texts.shown)
            out, tagged, review = room.write(codes, as_shown, sentences, spans, bounds, sheet, titles, wording)
            return Written(out.tobytes(), int(sentences[-1]), tagged, review)

    def split(self, text: str) -> Bounds:
        """Return where the sentences of a text start and end, shape (n_sentences, 2)."""
        with self._room() as room:
            return room.split(*room.pack([text]), self._characters)[1]

    def _tag(self, texts: list[str], choices: Choices, splits: bool) -> Answers:
        with self._room() as room:
            codes, bounds = room.pack(texts)
            if splits:
                sentences, spans = room.split(codes, bounds, self._characters)
            else:
                sentences, spans = np.arange(len(bounds)), np.column_stack([bounds[:-1], bounds[1:]])
            begins, answers, pieces = room.tag(codes, spans, self._characters, self._tables, choices)
            return Answers(texts, bounds, sentences, spans, begins, answers, pieces)

    @contextmanager
    def _room(self) -> Iterator[_Room]:
        """Lend a room for one piece of work; it is kept for the next, since to make one takes as long as such a piece."""
        try:
            room = self._rooms.pop()
        except IndexError:
            room = _Room(self._tables)
        yield room
        if room.size <= _LARGEST_ROOM:  # and not behind an error: who knows what it left
            self._rooms.append(room)

    def _warm_up(self, calibration: Calibration) -> None:
        """Compile the loops."""
        n_labels = len(calibration.slope)
        choices = self.choices(calibration.threshold, calibration.threshold, np.ones(n_labels, dtype=np.bool_))
        texts = ["风电 wind"]
        list(self.tag(texts, choices))
        self.write(Texts(texts), titles_of([b""], [1], [0], [()]), wording_of([b""] * (2 + n_labels)), choices)


class _Room:
    """The arrays that the loops write to, in one thread at a time. They grow when they are too small, and are used again."""

    def __init__(self, tables: Tables) -> None:
        ledger = ledger_for(tables.rules.n_keywords, len(tables.sums.terms), len(tables.sums.labels))
        self._desk = Desk(page_for(2048), hits_for(4096), hits_for(4096), hits_for(4096), ledger)
        self._codes = np.empty(1 << 16, dtype=np.uint32)
        self._spans = np.empty((1024, 2), dtype=np.int64)
        self._sheet = Sheet(np.zeros(1025, dtype=BEGIN), np.zeros(1025, dtype=ANSWER), np.zeros(4096, dtype=PIECE))
        self._lines = np.empty(1 << 16, dtype=np.uint8)

    @property
    def size(self) -> int:
        """How many bytes the arrays take that grow with the texts."""
        page, sheet = self._desk.page, self._sheet
        growing = (
            *page,
            *sheet,
            self._desk.hits,
            self._desk.ruled,
            self._desk.counting,
            self._codes,
            self._spans,
            self._lines,
        )
        return sum(array.nbytes for array in growing)

    def pack(self, texts: Sequence[str]) -> tuple[Codes, Bounds]:
        """Return texts as code points one after another, until the next call, and where each begins, and the last one ends.

        >>> room = _Room.__new__(_Room)
        >>> room._codes = np.empty(1, dtype=np.uint32)
        >>> codes, bounds = room.pack(["5G", "风"])
        >>> codes.tolist(), bounds.tolist()
        ([53, 71, 39118], [0, 2, 3])
        """
        together = "".join(texts)
        while len(self._codes) < len(together):
            self._codes = np.empty(2 * len(self._codes), dtype=np.uint32)
        _copy_codes(together, self._codes.ctypes.data, len(self._codes), 0)
        bounds = np.zeros(len(texts) + 1, dtype=np.int64)
        np.cumsum(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)), out=bounds[1:])
        return self._codes[: len(together)], bounds

    def split(self, codes: Codes, bounds: Bounds, characters: Characters) -> tuple[Bounds, Bounds]:
        """Return how many sentences there are before each text, and where they stand."""
        sentences = np.zeros(len(bounds), dtype=np.int64)
        text = 0
        while (text := split_texts(codes, bounds, characters, self._spans, sentences, text)) < len(bounds) - 1:
            self._spans = _longer(self._spans)
        return sentences, self._spans[: sentences[-1]].copy()

    def tag(
        self, codes: Codes, spans: Bounds, characters: Characters, tables: Tables, choices: Choices
    ) -> tuple[Records, Records, Records]:
        """Return the answers for sentences."""
        sheet = self.answer(codes, spans, characters, tables, choices)
        return sheet.begins.copy(), sheet.answers.copy(), sheet.pieces.copy()

    def answer(self, codes: Codes, spans: Bounds, characters: Characters, tables: Tables, choices: Choices) -> Sheet:
        """Return the answers for sentences; until the next call."""
        while len(self._sheet.begins) <= len(spans):
            self._sheet = self._sheet._replace(begins=_longer(self._sheet.begins))
        sentence, why = 0, -1
        while why != DONE:
            sentence, why = tag_sentences(codes, spans, characters, tables, choices, self._desk, self._sheet, sentence)
            self._make(why, int(spans[sentence, 1] - spans[sentence, 0]) if why != DONE else 0)
        begins = self._sheet.begins[: len(spans) + 1]
        answers = self._sheet.answers[: int(begins["answer"][-1]) + 1]
        n_pieces = int(answers["piece"][-1])
        begins["tags"][-1] = 0  # of the last entries nothing else means anything
        answers[-1] = 0.0, 0, 0, n_pieces
        return Sheet(begins, answers, self._sheet.pieces[:n_pieces])

    def write(
        self,
        codes: Codes,
        shown: Shown,
        sentences: Bounds,
        spans: Bounds,
        bounds: Bounds,
        sheet: Sheet,
        titles: Titles,
        wording: Wording,
    ) -> tuple[NDArray[np.uint8], int, int]:
        """Return lines, until the next call, and how many sentences have tags, and have answers to review alone."""
        odd = wording_of([repr(round(value, 4)).encode("ascii") for value in out_of_reach(sheet.pieces["value"]).tolist()])
        while True:
            length, tagged, review = write_lines(
                codes, shown, sentences, spans, bounds, sheet, titles, wording, odd, self._lines
            )
            if length >= 0:
                return self._lines[:length], tagged, review
            self._lines = np.empty(2 * len(self._lines), dtype=np.uint8)

    def _make(self, why: int, length: int) -> None:
        """Make more room of the kind that was wanting for a sentence of this length."""
        desk, sheet = self._desk, self._sheet
        if why == PAGE_FULL:
            self._desk = desk._replace(page=page_for(2 * len(desk.page.units) + length))
        elif why == HITS_FULL:
            self._desk = desk._replace(hits=_longer(desk.hits), ruled=_longer(desk.ruled))
        elif why == RULES_FULL:
            self._desk = desk._replace(counting=_longer(desk.counting))
        elif why == SHEET_FULL:
            self._sheet = sheet._replace(answers=_longer(sheet.answers), pieces=_longer(sheet.pieces))


def _longer(array: Records) -> Records:
    """Return an array of twice the length that begins with a given one."""
    longer = np.zeros((2 * len(array), *array.shape[1:]), dtype=array.dtype)
    longer[: len(array)] = array
    return longer


def _placed(spans: Sequence[Bounds], bounds: Bounds) -> tuple[Bounds, Bounds]:
    """Return how many sentences there are before each text, and where they stand when the texts stand one after another."""
    sentences = np.cumsum([0, *map(len, spans)], dtype=np.int64)
    return sentences, np.concatenate([each + begin for each, begin in zip(spans, bounds[:-1], strict=True)])


def _shown(texts: Sequence[str]) -> Shown:
    """Return texts as code points one after another."""
    codes = np.frombuffer(bytearray("".join(texts).encode("utf-32-le", "surrogatepass")), dtype="<u4")
    bounds = np.cumsum([0, *map(len, texts)], dtype=np.int64)
    return Shown(codes.astype(np.uint32, copy=False), bounds)


def handfuls_of(items: Iterable[X], length_of: Callable[[X], int]) -> Iterator[list[X]]:
    """Yield texts, or what has a text, some at a time: as many as stay in the processor's cache together."""
    coming = iter(items)
    some: list[X] = []
    length, take = 0, 1
    while few := list(islice(coming, take)):
        more = sum(map(length_of, few)) + len(few)  # texts of no length are work too
        take = min(2 * take, _FEW) if more < _HANDFUL // 8 else 1
        some += few
        length += more
        if length >= _HANDFUL:
            yield some
            some, length = [], 0
    if some:
        yield some
