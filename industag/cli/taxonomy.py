"""``industag taxonomy``: look at the taxonomy, check it, copy it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from industag.cli.options import SOME_FAILED, note, taxonomy_option
from industag.errors import IndustagError

if TYPE_CHECKING:
    from industag.taxonomy import Taxonomy


@click.group("taxonomy")
def taxonomy_commands() -> None:
    """Look at the taxonomy, check it, and copy it to make one of your own."""


@taxonomy_commands.command()
@click.argument("label", required=False, metavar="[ID]")
@taxonomy_option
def show(label: str | None, taxonomy: str | None) -> None:
    """Print the tree of labels, or everything about one label."""
    from industag.taxonomy_files import load_taxonomy

    loaded = load_taxonomy(taxonomy)
    lines = _tree(loaded) if label is None else _entry(loaded, label)
    click.echo("\n".join(lines))


def _tree(taxonomy: Taxonomy) -> Iterator[str]:
    """Yield a line for each label, indented by its depth."""
    for label in taxonomy:
        indent = "  " * len(taxonomy.ancestors(label.id))
        count = len(label.all_keywords)
        yield f"{indent}{label.names['en']}  {label.names['zh']}  ({label.id}, {count} keywords)"


def _entry(taxonomy: Taxonomy, given: str) -> Iterator[str]:
    """Yield the lines that describe one label."""
    label = taxonomy[given]
    path = [taxonomy[each].names["en"] for each in reversed(taxonomy.ancestors(label.id))]
    yield " > ".join([*path, label.names["en"]]) + f"  {label.names['zh']}"
    yield f"id: {label.id}   level: {label.level}   defined in {label.place}"
    for system, codes in label.codes.items():
        yield f"{system}: {codes if isinstance(codes, str) else ', '.join(codes)}"
    for scope in label.scope.values():
        yield f"scope: {scope}"
    for language, keywords in label.keywords.items():
        yield f"keywords ({language}):"
        for keyword in keywords:
            rules = [
                f"weight {keyword.weight:g}" if keyword.weight != 1.0 else "",
                "case exact" if keyword.exact else "",
                f"near {', '.join(keyword.near)}" if keyword.near else "",
                f"not {', '.join(keyword.negatives)}" if keyword.negatives else "",
            ]
            yield "  " + "; ".join([keyword.term, *filter(None, rules)])
    for title, others in (
        ("below", taxonomy.children(label.id)),
        ("related", label.related),
        ("was", label.was),
    ):
        if others:
            yield f"{title}: {', '.join(others)}"


@taxonomy_commands.command()
@click.argument("path", required=False, type=click.Path())
@click.option(
    "--corpus",
    multiple=True,
    metavar="FILE|DIR",
    help="Also list keywords that never occur in this text. Repeat for more.",
)
@click.option("--strict", is_flag=True, help="Exit with code 1 if there are warnings.")
def check(path: str | None, corpus: tuple[str, ...], strict: bool) -> None:
    """Check taxonomy files: every error with its file and line, then warnings about what is rarely meant.

    Exit code: 0 if the taxonomy can be used, 2 if not.
    """
    from industag.lint import lint, never_found
    from industag.reading.documents import Failure
    from industag.reading.readers import read_documents
    from industag.taxonomy_files import load_taxonomy

    loaded = load_taxonomy(path)
    warnings = list(lint(loaded))
    if corpus:
        documents = list(read_documents(corpus))
        failures = [each for each in documents if isinstance(each, Failure)]
        if failures:
            raise IndustagError("\n".join(failure.message for failure in failures))
        warnings += never_found(loaded, (each.text for each in documents if not isinstance(each, Failure)))
    for warning in warnings:
        click.echo(f"warning: {warning}")
    keywords = sum(len(label.all_keywords) for label in loaded)
    click.echo(f"{len(loaded)} labels, {keywords} keywords, no errors, {len(warnings)} warnings")
    if strict and warnings:
        sys.exit(SOME_FAILED)


@taxonomy_commands.command()
@click.argument("folder", type=click.Path())
def copy(folder: str) -> None:
    """Copy the taxonomy that came with industag into a new FOLDER, for you to edit."""
    from industag.errors import OutputError
    from industag.places import data_folder

    target = Path(folder)
    if target.exists():
        raise OutputError(f"{folder}: exists already; give a new folder")
    try:
        shutil.copytree(data_folder("taxonomy"), target)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written: {error.strerror or error}") from error
    note(f"copied to {folder}; edit it, then: industag train --taxonomy {folder} -o my-model")
