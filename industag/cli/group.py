"""``industag`` itself: the group that all commands are in, and how their errors are told."""

from __future__ import annotations

import io
import logging
import os
import sys
from typing import Any

import click

from industag import __version__
from industag.cli.evaluate import evaluate
from industag.cli.explain import explain
from industag.cli.harvest import harvest
from industag.cli.model import model_commands
from industag.cli.options import SOME_FAILED, WRONG_USE, note
from industag.cli.report import report
from industag.cli.score import score
from industag.cli.tag import tag
from industag.cli.taxonomy import taxonomy_commands
from industag.cli.train import train
from industag.errors import IndustagError

_COMMANDS = (tag, report, score, explain, train, evaluate, harvest, taxonomy_commands, model_commands)
_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class _Group(click.Group):
    """Commands whose errors are one line each, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - what click returns
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise
        except IndustagError as error:
            for line in str(error).splitlines():
                click.echo(f"industag: {line}", err=True)
            _let_go_of_output()
            ctx.exit(WRONG_USE)
        except MemoryError:
            click.echo("industag: out of memory; give smaller files", err=True)
            ctx.exit(SOME_FAILED)


@click.group(cls=_Group, commands=_COMMANDS, context_settings=_SETTINGS)
@click.version_option(__version__, prog_name="industag")
def main() -> None:
    """Tag English and Chinese text with strategic emerging and future industries.

    \b
    Begin with:
      industag tag report.txt              the sentences that name an industry, and why
      industag tag folder/ -o tags.csv     the same as a table for a spreadsheet
      industag explain "A 6G satellite"    the sum behind each tag
      industag taxonomy show               what there is to find
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # Chinese comes out whole whatever the locale says
            stream.reconfigure(encoding="utf-8", errors="replace", newline="\n")
    log = logging.getLogger("industag")
    log.handlers = [_Notes()]  # not one more for each command that a test runs
    log.propagate = False


def _let_go_of_output() -> None:
    """Send what standard output did not take nowhere: Python would try again at its end, and complain in its own words."""
    try:
        sys.stdout.flush()
    except OSError:
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, sys.stdout.fileno())
        os.close(sink)


class _Notes(logging.Handler):
    """Prints what the library warns of."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print a warning as a note."""
        note(record.getMessage())
