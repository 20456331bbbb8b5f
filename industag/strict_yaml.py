"""YAML read strictly: no anchors, no duplicate keys, no guessed types, and a line number for everything.

Every scalar stays the text that was written (``NO`` is "NO" and ``1.10`` is "1.10"); nothing in a file can run code.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_BYTES = 8_000_000
MAX_DEPTH = 24


class StrictYamlError(Exception):
    """A YAML file breaks one of the rules; the message begins with the line number where one is known."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at a place in a file."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Node:
    """A value with the line it stands on: a text, a list of nodes, or a mapping of names to nodes."""

    value: str | list[Node] | dict[str, Node]
    line: int


def read_yaml(path: Path) -> tuple[Node | None, list[Problem]]:
    """Return the file's content, None where it cannot be read at all, and what is wrong with it."""
    problems: list[Problem] = []

    def report(line: int, message: str) -> None:
        problems.append(Problem(str(path), line, message))

    try:
        text = _read_text(path)
        _check_events(text)
        root = yaml.compose(text, Loader=_LOADER)
    except StrictYamlError as error:
        line, message = error.args
        report(line, message)
        return None, problems
    except yaml.YAMLError as error:
        report(*_located(error))
        return None, problems
    if root is None:
        report(1, "the file is empty")
        return None, problems
    return _convert(root, report), problems


def _read_text(path: Path) -> str:
    """Return the file's text."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise StrictYamlError(1, f"the file is larger than {MAX_BYTES // 1_000_000} MB; split it by field")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise StrictYamlError(1, f"not UTF-8 (byte {error.start}); save the file as UTF-8") from error
    except OSError as error:
        raise StrictYamlError(1, f"cannot be read: {error.strerror}") from error


def _check_events(text: str) -> None:
    """Refuse anchors (they can grow without bound), custom tags, a second document, and nesting that is too deep."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise StrictYamlError(line, "a second document ('---') begins here; one file holds one document")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise StrictYamlError(line, "anchors and aliases (& and *) are not allowed; write the value out, or quote it")
        if tag := getattr(event, "tag", None):
            raise StrictYamlError(line, f"the tag {tag!r} is not allowed; remove it, or quote the text")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise StrictYamlError(line, f"nested deeper than {MAX_DEPTH} levels")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _located(error: yaml.YAMLError) -> tuple[int, str]:
    """Return the line and the message of an error of the YAML parser."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    message = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error).splitlines()[0]
    return (mark.line + 1 if mark else 1), f"not valid YAML: {message}"


def _convert(node: yaml.Node, report: Any) -> Node:  # noqa: ANN401 - a callback
    """Return a YAML node as ours; report keys that stand twice."""
    line = _line(node)
    if isinstance(node, yaml.ScalarNode):
        return Node(node.value, line)
    if isinstance(node, yaml.SequenceNode):
        return Node([_convert(item, report) for item in node.value], line)
    mapping: dict[str, Node] = {}
    first: dict[str, int] = {}
    for key, value in node.value:
        key_line = _line(key)
        if not isinstance(key, yaml.ScalarNode):
            report(key_line, "a key must be a plain word")
        elif key.value in mapping:
            report(key_line, f"key {key.value!r} stands twice, first in line {first[key.value]}; merge the two")
        else:
            mapping[key.value] = _convert(value, report)
            first[key.value] = key_line
    return Node(mapping, line)


def _line(node: yaml.Node) -> int:
    return node.start_mark.line + 1 if node.start_mark else 1
