"""Forms of the result: a row for each sentence, for each tag, or for each document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from industag.output.records import KEYS, Record, columns_of
from industag.taxonomy import Taxonomy

MOST_QUOTATIONS = 3
_SEPARATOR = "; "


class Shaped(NamedTuple):
    """A row of the result: the columns that were passed on from the input, and what is our own."""

    passed: Record
    own: Record


@dataclass(frozen=True, slots=True)
class Form:
    """What the rows of a result are.

    Attributes:
        keys: The keys of a row as JSON.
        columns: The columns of a row in a table, and what they hold: "text", "whole" or "number".
        shape: Makes the rows from the records of sentences.
        cells: Makes the cells of a table from the JSON of a row.
    """

    keys: tuple[str, ...]
    columns: Mapping[str, str]
    shape: Callable[[Iterable[Record], Taxonomy], Iterator[Shaped]]
    cells: Callable[[Record], Record]


def _by_sentence(records: Iterable[Record], _: Taxonomy) -> Iterator[Shaped]:
    """Yield the records as they are."""
    for record in records:
        yield _parted(record)


def _parted(record: Record) -> Shaped:
    passed = columns_of(record)
    return Shaped(passed, {key: record[key] for key in KEYS if key in record} if passed else record)


def _by_tag(records: Iterable[Record], taxonomy: Taxonomy) -> Iterator[Shaped]:
    """Yield a row for each tag, given or to review, and one for each failure."""
    fields = {label.id: _field_of(taxonomy, label.id) for label in taxonomy}
    for record in records:
        if record["status"] == "none":
            continue
        passed, own = _parted(record)
        place = {key: own[key] for key in KEYS[:7]}
        source = {key: own[key] for key in ("taxonomy", "model")}
        if "error" in own:
            yield Shaped(passed, {**place, "status": "error", "error": own["error"], **source})
        for key, status in (("tags", "tagged"), ("review", "review")):
            for tag in own[key]:
                answer = {"label": tag["label"], "en": tag["en"], "zh": tag["zh"], **fields[tag["label"]]}
                judged = {"probability": tag["probability"], "status": status, "evidence": tag["evidence"]}
                yield Shaped(passed, {**place, **answer, **judged, **source})


def _field_of(taxonomy: Taxonomy, label: str) -> Record:
    """Return the field that a label is in, with its names; None for a branch."""
    for each in (label, *taxonomy.ancestors(label)):
        if taxonomy[each].level == "field":
            return {"field": each, "field_en": taxonomy[each].names["en"], "field_zh": taxonomy[each].names["zh"]}
    return {"field": None, "field_en": None, "field_zh": None}


def _by_document(records: Iterable[Record], _: Taxonomy) -> Iterator[Shaped]:
    """Yield a row for each document: its labels, how likely, in how many of its sentences, and the best quotations."""
    document: _Document | None = None
    for record in records:
        if document is None or not document.goes_on_with(record):
            if document is not None:
                yield document.shaped()
            document = _Document(*_parted(record))
        document.add(record)
    if document is not None:
        yield document.shaped()


@dataclass(slots=True)
class _Label:
    """What the sentences of a document say of a label."""

    tag: Record
    sentences: int = 0
    quotations: list[Record] = field(default_factory=list)

    def add(self, tag: Record, record: Record) -> None:
        place = {key: record[key] for key in ("sentence", "page", "start", "end")}
        self.sentences += 1
        self.quotations.append({**place, "probability": tag["probability"], "text": record["text"]})
        self.quotations.sort(key=lambda each: (-each["probability"], each["sentence"]))
        del self.quotations[MOST_QUOTATIONS:]

    def shaped(self, total: int) -> Record:
        names = {key: self.tag[key] for key in ("label", "en", "zh")}
        counts = {"sentences": self.sentences, "share": round(self.sentences / total, 4)}
        return {**names, "probability": self.quotations[0]["probability"], **counts, "quotations": self.quotations}


@dataclass(slots=True)
class _Document:
    """A document whose sentences come one by one."""

    passed: Record
    own: Record
    sentences: int = 0
    error: str = ""
    tags: dict[str, _Label] = field(default_factory=dict)
    review: dict[str, _Label] = field(default_factory=dict)

    def goes_on_with(self, record: Record) -> bool:
        """Tell whether a record is of this document too."""
        same = (record["doc"], record["row"]) == (self.own["doc"], self.own["row"])
        return same and (record["sentence"] > 1 or record["status"] == "error")

    def add(self, record: Record) -> None:
        self.sentences += record["sentence"] > 0
        self.error = self.error or record.get("error", "")
        for labels, key in ((self.tags, "tags"), (self.review, "review")):
            for tag in record[key]:
                labels.setdefault(tag["label"], _Label(tag)).add(tag, record)

    def shaped(self) -> Shaped:
        review = [label for name, label in self.review.items() if name not in self.tags]
        status = "error" if self.error else "tagged" if self.tags else "review" if review else "none"
        own = {"doc": self.own["doc"], "row": self.own["row"], "sentences": self.sentences, "status": status}
        own["tags"], own["review"] = self._ranked(self.tags.values()), self._ranked(review)
        if self.error:
            own["error"] = self.error
        return Shaped(self.passed, {**own, "taxonomy": self.own["taxonomy"], "model": self.own["model"]})

    def _ranked(self, labels: Iterable[_Label]) -> list[Record]:
        shaped = [label.shaped(self.sentences) for label in labels]
        return sorted(shaped, key=lambda each: (-each["probability"], -each["sentences"], each["label"]))


def _sentence_cells(own: Record) -> Record:
    tags, review = own["tags"], own["review"]
    return {
        **own,
        **_label_cells(tags),
        "evidence": _SEPARATOR.join(_words(tag["evidence"]) for tag in tags),
        "review": _SEPARATOR.join(f"{tag['label']} {tag['probability']:.4f}" for tag in review),
    }


def _label_cells(tags: list[Record]) -> Record:
    if not tags:
        return _NO_LABELS
    return {
        "labels": _SEPARATOR.join(tag["label"] for tag in tags),
        "names_en": _SEPARATOR.join(tag["en"] for tag in tags),
        "names_zh": _SEPARATOR.join(tag["zh"] for tag in tags),
        "probabilities": _SEPARATOR.join(f"{tag['probability']:.4f}" for tag in tags),
    }


_NO_LABELS = dict.fromkeys(("labels", "names_en", "names_zh", "probabilities"), "")


def _words(evidence: list[Record]) -> str:
    return ", ".join(dict.fromkeys(each["text"] for each in evidence))


def _tag_cells(own: Record) -> Record:
    return {**own, "name_en": own.get("en"), "name_zh": own.get("zh"), "evidence": _words(own.get("evidence", []))}


def _document_cells(own: Record) -> Record:
    tags, review = own["tags"], own["review"]
    return {
        **own,
        **_label_cells(tags),
        "tagged_sentences": _SEPARATOR.join(str(tag["sentences"]) for tag in tags),
        "shares": _SEPARATOR.join(f"{tag['share']:.4f}" for tag in tags),
        "quotations": "\n".join(_quoted(tag, each) for tag in tags for each in tag["quotations"]),
        "review": _SEPARATOR.join(f"{tag['label']} {tag['probability']:.4f}" for tag in review),
    }


def _quoted(tag: Record, quotation: Record) -> str:
    page = "" if quotation["page"] is None else f"page {quotation['page']}, "
    return f"{tag['label']}: {' '.join(quotation['text'].split())} ({page}sentence {quotation['sentence']})"


def _columns(names: str, **others: str) -> dict[str, str]:
    return {name: others.get(name, "text") for name in names.split()}


_PLACE: dict[str, Any] = dict.fromkeys(("row", "sentence", "start", "end", "page", "sentences"), "whole")

FORMS: Mapping[str, Form] = {
    "sentence": Form(
        KEYS,
        _columns(
            "doc row sentence start end page text status labels names_en names_zh probabilities evidence review error "
            "taxonomy model",
            **_PLACE,
        ),
        _by_sentence,
        _sentence_cells,
    ),
    "tag": Form(
        (*KEYS[:7], "label", "en", "zh", "field", "field_en", "field_zh", "probability", "status", "evidence", *KEYS[-3:]),
        _columns(
            "doc row sentence start end page text label name_en name_zh field field_en field_zh probability status evidence "
            "error taxonomy model",
            probability="number",
            **_PLACE,
        ),
        _by_tag,
        _tag_cells,
    ),
    "document": Form(
        ("doc", "row", "sentences", "status", "tags", "review", *KEYS[-3:]),
        _columns(
            "doc row sentences status labels names_en names_zh probabilities tagged_sentences shares quotations review "
            "error taxonomy model",
            **_PLACE,
        ),
        _by_document,
        _document_cells,
    ),
}
"""What the rows of a result can be."""
