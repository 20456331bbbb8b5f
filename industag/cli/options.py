"""What several commands share: options and what they stand for, notes to a person, and exit codes."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from industag.output.terminal import Terminal
    from industag.tagger import Tagger

SOME_FAILED = 1
WRONG_USE = 2
INTERRUPTED = 130

model_option = click.option(
    "--model",
    metavar="DIR",
    type=click.Path(),
    envvar="INDUSTAG_MODEL",
    help="The model folder; by default the one that came with industag (or INDUSTAG_MODEL).",
)
taxonomy_option = click.option(
    "--taxonomy",
    metavar="PATH",
    type=click.Path(),
    help="A folder of taxonomy files, or one file; by default the one that came with industag.",
)


def load_model(model: str | None) -> Tagger:
    """Return the tagger of a model folder, or of the one that came with industag."""
    from industag.artefact import load

    return load(model)


def given_text(text: str) -> str:
    """Return the text, from standard input where it is "-"."""
    if text != "-":
        return text
    from industag.reading.decoding import decode

    return decode(sys.stdin.buffer.read(), "-")


def refuse_to_overwrite(output: str | None, files: Iterable[str]) -> None:
    """Refuse an output that is one of the inputs."""
    if output is not None and Path(output).exists():
        for file in files:
            if file != "-" and Path(file).exists() and Path(file).samefile(output):
                raise click.UsageError(f"{output} is an input; write to another file")


def note(message: str) -> None:
    """Tell a person something, on standard error."""
    click.echo(f"industag: {message}", err=True)


def make_terminal(*, colour: bool) -> Terminal:
    """Return what lays text out for a person, as wide as the window and not too wide to read."""
    from industag.output.terminal import Terminal

    return Terminal(colour=colour, width=min(shutil.get_terminal_size((100, 24)).columns, 120))
