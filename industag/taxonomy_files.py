"""The taxonomy's YAML files, read strictly: every problem is found at once, with its file and line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from industag.errors import TaxonomyError, did_you_mean
from industag.places import data_folder
from industag.strict_yaml import Node, Problem, read_yaml
from industag.taxonomy import LANGUAGES, LEVELS, Keyword, Label, Taxonomy


def load_taxonomy(path: str | Path | None = None) -> Taxonomy:
    """Return the taxonomy in a folder of YAML files, or in one file; by default the one that belongs to industag.

    Raises:
        TaxonomyError: With every problem found, each with its file and line.
    """
    path = data_folder("taxonomy") if path is None else Path(path)
    files = [path] if path.is_file() else sorted(path.glob("*.yaml")) + sorted(path.glob("*.yml"))
    if not files:
        what = "holds no .yaml file" if path.is_dir() else "does not exist"
        raise TaxonomyError(f"{path}: {what}; give a folder of taxonomy files (one per branch or field)")
    reader = _Reader()
    reader.read(files)
    labels = reader.finish()
    if reader.problems:
        raise TaxonomyError("\n".join(map(str, reader.problems)))
    return Taxonomy(labels)


_LABEL_KEYS = ("id", "parent", "en", "zh", "scope", "codes", "keywords", "related", "was", "classes")
_KEYWORD_KEYS = ("term", "weight", "case", "near", "not")
_CODE_KEYS = ("nbs", "miit", "gbt4754", "ipc", "isic")
_MAX_LABELS = 20_000


@dataclass(slots=True)
class _Draft:
    """A label as read, before its parent is known to exist."""

    id: str
    parent: str | None
    parts: dict[str, Any]
    path: str
    line: int


class _Reader:
    """Reads taxonomy files and collects every problem in them."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._drafts: dict[str, _Draft] = {}
        self._lists: dict[str, tuple[str, ...]] = {}
        self._path = ""

    def read(self, paths: Sequence[Path]) -> None:
        """Take in the files: their word lists first, so that any file can use those of any other."""
        roots: list[tuple[str, Node]] = []
        for path in paths:
            node, problems = read_yaml(path)
            self.problems += problems
            if node is not None:
                roots.append((str(path), node))
        for self._path, node in roots:
            self._take_lists(node)
        for self._path, node in roots:
            if isinstance(node.value, dict) and "lists" in node.value:
                node = Node({key: value for key, value in node.value.items() if key != "lists"}, node.line)
                if not node.value:
                    continue
            self._label(node, None)

    def _take_lists(self, node: Node) -> None:
        """Take in the word lists that a file defines under ``lists``."""
        lists = node.value.get("lists") if isinstance(node.value, dict) else None
        if lists is None:
            return
        if not isinstance(lists.value, dict):
            self._report(lists.line, "lists must be a mapping of names to lists of words")
            return
        for name, words in lists.value.items():
            if name in self._lists:
                self._report(words.line, f"word list {name!r} is defined twice")
            self._lists[name] = self._texts(words, f"word list {name!r}")
            for word in self._lists[name]:
                if _is_reference(word):
                    self._report(words.line, f"word list {name!r} names {word}; write its words out")

    def finish(self) -> list[Label]:
        """Return the labels, parents first, once every file is read."""
        renamed = self._renamed()
        below: dict[str | None, list[_Draft]] = {}
        for draft in self._drafts.values():
            draft.parts["related"] = tuple(renamed[o].id if o in renamed else o for o in draft.parts["related"])
            self._check_references(draft)
            below.setdefault(draft.parent, []).append(draft)
        labels: list[Label] = []
        waiting = [(draft, 0) for draft in reversed(below.get(None, []))]
        while waiting:
            draft, depth = waiting.pop()
            if depth >= len(LEVELS):
                self._report_at(draft, f"{draft.id!r} lies deeper than {' > '.join(LEVELS)}")
                continue
            place = f"{draft.path}:{draft.line}"
            labels.append(Label(id=draft.id, parent=draft.parent, level=LEVELS[depth], place=place, **draft.parts))
            waiting += [(child, depth + 1) for child in reversed(below.get(draft.id, []))]
        reached = {label.id for label in labels}
        for draft in self._drafts.values():
            if draft.id not in reached and not self.problems:
                self._report_at(draft, f"{draft.id!r} is its own ancestor; mend 'parent'")
        if not labels and not self.problems:
            self.problems.append(Problem(self._path, 1, "no label is defined; a label has at least id, en and zh"))
        return labels

    def _renamed(self) -> dict[str, _Draft]:
        """Return the label for each earlier id."""
        renamed: dict[str, _Draft] = {}
        for draft in self._drafts.values():
            for old in draft.parts["was"]:
                if old in self._drafts:
                    self._report_at(draft, f"'was' names {old!r}, which is a label of its own")
                if old in renamed:
                    self._report_at(draft, f"'was' names {old!r}, and so does {renamed[old].id!r}; keep it in one")
                renamed[old] = draft
        return renamed

    def _check_references(self, draft: _Draft) -> None:
        if draft.parent is not None and draft.parent not in self._drafts:
            hint = did_you_mean(draft.parent, self._drafts)
            self._report_at(draft, f"parent {draft.parent!r} of {draft.id!r} is not in the taxonomy{hint}")
        for other in draft.parts["related"]:
            if other not in self._drafts:
                hint = did_you_mean(other, self._drafts)
                self._report_at(draft, f"related label {other!r} of {draft.id!r} is not in the taxonomy{hint}")

    def _report(self, line: int, message: str) -> None:
        self.problems.append(Problem(self._path, line, message))

    def _report_at(self, draft: _Draft, message: str) -> None:
        self.problems.append(Problem(draft.path, draft.line, message))

    def _label(self, node: Node, parent: str | None) -> None:
        entry = self._mapping(node, "a label", _LABEL_KEYS)
        label = self._text(entry.get("id"), node.line, "id")
        if not label:
            return
        if not all(char.isascii() and (char.isalnum() or char == "-") for char in label) or label != label.lower():
            self._report(node.line, f"id {label!r}: use small letters, digits and '-'")
        if label in self._drafts:
            first = self._drafts[label]
            self._report(node.line, f"label {label!r} is defined twice, first at {first.path}:{first.line}")
            return
        if len(self._drafts) >= _MAX_LABELS:
            self._report(node.line, f"more than {_MAX_LABELS} labels")
            return
        if "parent" in entry:
            given = self._text(entry["parent"], node.line, "parent")
            if parent is not None and given != parent:
                self._report(entry["parent"].line, f"{label!r} stands below {parent!r}, but 'parent' says {given!r}")
            parent = parent or given
        parts = {
            "names": {lang: self._text(entry.get(lang), node.line, f"{lang} (the name) of {label!r}") for lang in LANGUAGES},
            "scope": self._scope(entry.get("scope")),
            "keywords": self._keywords(entry.get("keywords"), label),
            "codes": self._codes(entry.get("codes")),
            "related": self._texts(entry.get("related"), "related"),
            "was": self._texts(entry.get("was"), "was"),
        }
        self._drafts[label] = _Draft(label, parent, parts, self._path, node.line)
        for child in self._list(entry.get("classes"), "classes"):
            self._label(child, label)

    def _mapping(self, node: Node | None, what: str, keys: tuple[str, ...]) -> dict[str, Node]:
        if node is None:
            return {}
        if not isinstance(node.value, dict):
            self._report(node.line, f"{what} must be a mapping with {', '.join(keys)}")
            return {}
        for key, value in node.value.items():
            if key not in keys:
                hint = did_you_mean(key, keys) or f"; known are {', '.join(keys)}"
                self._report(value.line, f"unknown key {key!r} in {what}{hint}")
        return node.value

    def _list(self, node: Node | None, what: str) -> list[Node]:
        if node is None:
            return []
        if not isinstance(node.value, list):
            self._report(node.line, f"{what} must be a list, as in [one, two]")
            return []
        return node.value

    def _text(self, node: Node | None, line: int, what: str) -> str:
        if node is None:
            self._report(line, f"{what} is missing")
            return ""
        if not isinstance(node.value, str) or not node.value.strip():
            self._report(node.line, f"{what} must be a text that is not empty")
            return ""
        return " ".join(node.value.split())

    def _texts(self, node: Node | None, what: str) -> tuple[str, ...]:
        return tuple(self._text(item, item.line, f"an entry of {what}") for item in self._list(node, what))

    def _words(self, node: Node | None, what: str) -> tuple[str, ...]:
        """Return a list of words, with the words of a list in place of its ``<name>``."""
        words: list[str] = []
        for item in self._list(node, what):
            word = self._text(item, item.line, f"an entry of {what}")
            if not _is_reference(word):
                words.append(word)
            elif word[1:-1] in self._lists:
                words += self._lists[word[1:-1]]
            else:
                self._report(item.line, f"no word list {word[1:-1]!r} under 'lists'{did_you_mean(word[1:-1], self._lists)}")
        return tuple(dict.fromkeys(words))

    def _scope(self, node: Node | None) -> dict[str, str]:
        entry = self._mapping(node, "scope", LANGUAGES)
        return {
            language: self._text(entry[language], entry[language].line, "scope")
            for language in LANGUAGES
            if language in entry
        }

    def _codes(self, node: Node | None) -> dict[str, str | tuple[str, ...]]:
        codes: dict[str, str | tuple[str, ...]] = {}
        for key, value in self._mapping(node, "codes", _CODE_KEYS).items():
            codes[key] = self._texts(value, key) if isinstance(value.value, list) else self._text(value, value.line, key)
        return codes

    def _keywords(self, node: Node | None, label: str) -> dict[str, tuple[Keyword, ...]]:
        entry = self._mapping(node, "keywords", LANGUAGES)
        found: dict[str, tuple[Keyword, ...]] = {}
        for language in LANGUAGES:
            first: dict[str, int] = {}
            keywords = []
            for item in self._list(entry.get(language), f"keywords.{language}"):
                keyword = self._keyword(item)
                if keyword is None:
                    continue
                if keyword.term in first:
                    self._report(
                        item.line,
                        f"keyword {keyword.term!r} of {label!r} stands twice, first in line {first[keyword.term]}",
                    )
                first[keyword.term] = item.line
                keywords.append(keyword)
            found[language] = tuple(keywords)
        return found

    def _keyword(self, node: Node) -> Keyword | None:
        if isinstance(node.value, str):
            term = self._text(node, node.line, "a keyword")
            return Keyword(term) if term else None
        entry = self._mapping(node, "a keyword", _KEYWORD_KEYS)
        term = self._text(entry.get("term"), node.line, "term (of a keyword)")
        near, negatives = self._words(entry.get("near"), "near"), self._words(entry.get("not"), "not")
        for word in negatives:
            if word == term or word in near:
                self._report(
                    node.line,
                    f"keyword {term!r} is both wanted and cancelled by {word!r}; remove one of the two",
                )
        if "case" in entry and entry["case"].value != "exact":
            self._report(entry["case"].line, "case can only be 'exact'; leave it out where capitals do not count")
        return Keyword(term, self._weight(entry.get("weight")), "case" in entry, near, negatives) if term else None

    def _weight(self, node: Node | None) -> float:
        if node is None:
            return 1.0
        try:
            weight = float(node.value) if isinstance(node.value, str) else -1.0
        except ValueError:
            weight = -1.0
        if not 0.0 < weight <= 1.0:
            self._report(node.line, "weight must be a number above 0 and at most 1")
            return 1.0
        return weight


def _is_reference(word: str) -> bool:
    """Tell whether a word stands for the words of a list."""
    return word.startswith("<") and word.endswith(">")
