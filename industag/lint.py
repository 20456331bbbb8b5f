"""The linter: what in a taxonomy is allowed but rarely meant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from industag.keywords import compile_rules
from industag.matcher import PhraseMatcher, term_keys
from industag.taxonomy import LANGUAGES, Keyword, Label, Taxonomy
from industag.units import split_units

_SHORT_ACRONYM = 3


def lint(taxonomy: Taxonomy) -> Iterator[str]:
    """Yield a warning for each thing in the taxonomy that should be looked at, with its place."""
    for label in taxonomy:
        yield from _lint_label(label)
    yield from _claimed_twice(taxonomy)


def never_found(taxonomy: Taxonomy, texts: Iterable[str]) -> Iterator[str]:
    """Yield a warning for each keyword that counts in none of the texts."""
    rules = compile_rules(taxonomy)
    matcher = PhraseMatcher(rules.keys)
    found: set[int] = set()
    for text in texts:
        units = split_units(text)
        found.update(hit.keyword for hit in rules.apply(text, units, matcher.find(units)))
    for number, rule in enumerate(rules.rules):
        if number not in found:
            label = taxonomy.labels[rule.label]
            yield f"{label.place}: keyword {rule.term!r} of {label.id!r} is never found in the given texts"


def _lint_label(label: Label) -> Iterator[str]:
    for language in LANGUAGES:
        if not label.keywords[language]:
            yield f"{label.place}: {label.id!r} has no keywords in {language!r}"
        if language not in label.scope:
            yield f"{label.place}: {label.id!r} has no scope in {language!r}"
    for keyword in label.all_keywords:
        for message in _lint_keyword(keyword):
            yield f"{label.place}: keyword {keyword.term!r} of {label.id!r} {message}"
    for language in LANGUAGES:
        first: dict[str, str] = {}
        for keyword in label.keywords[language]:
            for key in term_keys(keyword.term):
                if first.setdefault(key, keyword.term) != keyword.term:
                    yield f"{label.place}: keyword {keyword.term!r} of {label.id!r} is found as {first[key]!r} already"
                    break


def _lint_keyword(keyword: Keyword) -> Iterator[str]:
    keys = term_keys(keyword.term)
    if not keys or not any(char.isalnum() for char in keys[0]):
        yield "holds no word, so it is never found"
        return
    for negative in keyword.negatives:
        if set(keys) & set(term_keys(negative)):
            yield f"would be cancelled by {negative!r}, which is found where the keyword is; that 'not' is passed over"
    if "，" in keyword.term or "；" in keyword.term:
        yield "holds a full-width comma or semicolon; part the words of a list by ','"
    if len(keys[0]) == 1:
        yield "is a single character; give a longer term"
    short = len(keyword.term) <= _SHORT_ACRONYM and keyword.term.isascii() and keyword.term.isalpha()
    if short and keyword.term.isupper() and not keyword.exact and not keyword.near:
        yield "is a short abbreviation; add 'case: exact', or 'near'"


def _claimed_twice(taxonomy: Taxonomy) -> Iterator[str]:
    """Yield a warning for each keyword without a rule that two labels have, unless one lies below the other."""
    claims: defaultdict[str, set[str]] = defaultdict(set)
    for label in taxonomy:
        for keyword in label.all_keywords:
            if not keyword.near and keyword.weight == 1.0:
                for key in term_keys(keyword.term)[:1]:
                    claims[key].add(label.id)
    for key, labels in claims.items():
        if len(labels) > 1:
            first, *others = sorted(labels, key=taxonomy.ids.index)
            yield f"{taxonomy[first].place}: keyword {key!r} of {first!r} is one of {', '.join(map(repr, others))} too"
