"""Formats: which files can be read, by the end of their name."""

from __future__ import annotations

from pathlib import Path

GZIPPED = ".gz"

_TEXTS = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
    ".csv": "csv",
    ".tsv": "tsv",
    ".jsonl": "jsonl",
}
_BINARIES = {".pdf": "pdf", ".docx": "docx", ".xlsx": "xlsx", ".xlsm": "xlsx", ".parquet": "parquet"}

FORMATS = tuple(dict.fromkeys(_TEXTS.values()))
"""The kinds of text that can be read, also from standard input."""
BINARY_FORMATS = tuple(dict.fromkeys(_BINARIES.values()))
"""The kinds of files that a library takes apart, in a process of its own."""
DEALT = frozenset({"txt", "csv", "tsv", "jsonl", "xlsx", "parquet"})
"""The kinds that give many documents, or a text in blocks, so that a file may be of any size and is shared out."""
KNOWN = ", ".join([*_TEXTS, *_BINARIES, f"text with {GZIPPED}"])
"""What can be read, for messages."""

_CURES = {
    **dict.fromkeys((".xls", ".ods", ".et"), "; save it as .xlsx"),
    **dict.fromkeys((".doc", ".odt", ".rtf", ".wps"), "; save it as .docx"),
    ".json": "; write one object a line (.jsonl)",
}


def format_of(path: Path) -> str | None:
    """Return the format of a file, or None if it cannot be read.

    >>> [format_of(Path(name)) for name in ("a.PDF", "news.csv.gz", "a.pdf.gz", "a.png")]
    ['pdf', 'csv', None, None]
    """
    if is_gzipped(path):
        return _TEXTS.get(path.with_suffix("").suffix.lower())
    suffix = path.suffix.lower()
    return _TEXTS.get(suffix) or _BINARIES.get(suffix)


def is_gzipped(path: Path) -> bool:
    """Tell whether a file is packed with gzip, by its name."""
    return path.suffix.lower() == GZIPPED


def is_packed(path: Path) -> bool:
    """Tell whether a file can hold many times more text than its size says."""
    return is_gzipped(path) or format_of(path) in ("xlsx", "parquet")


def refusal(path: Path) -> str:
    """Return why a file of another kind is not read, and what to do."""
    suffix = path.suffix.lower()
    return f"cannot read files of this kind ({suffix or 'no suffix'}){_CURES.get(suffix, '')}; known are {KNOWN}"
