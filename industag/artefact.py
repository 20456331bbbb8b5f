"""The model folder: data only, checked before use, the same bytes for the same model.

``model.json`` names every other file with its size and SHA-256. Loading reads JSON and plain arrays; it runs nothing.
"""

from __future__ import annotations

import gc
import hashlib
import io
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from industag.calibration import Calibration
from industag.errors import ArtefactError, OutputError
from industag.keywords import KeywordRules, Rule
from industag.places import data_folder
from industag.scoring import Reader, Scorer, Weights
from industag.tagger import Tagger
from industag.taxonomy import LANGUAGES, LEVELS, Taxonomy, fingerprint_of
from industag.terms import Vocabulary

FORMAT = 1

_MANIFEST = "model.json"
_TAXONOMY = "taxonomy.json"
_TERMS = "terms.json"
_RULES = "rules.json"
_ARRAYS = {
    "idf": "<f8",
    "bias": "<f8",
    "keyword": "<f8",
    "row": "<i8",
    "label": "<i8",
    "term": "<f8",
    "slope": "<f8",
    "offset": "<f8",
    "threshold": "<f8",
}
_MEMBERS = {_TAXONOMY, _TERMS, _RULES, *(f"{name}.npy" for name in _ARRAYS)}
_CARD = "card.md"
_EXTRAS = {_CARD, "metrics.json"}
_MAX_MANIFEST = 1_000_000
_MAX_MEMBER = 200_000_000
_HEADER_STEP, _LONGEST_HEADER = 64, 256
_LEAST_IDF = 1e-6
"""Inverse document frequencies are about 1 or more; the square of a much smaller one would be nothing."""
_RETRAIN = "train it again with 'industag train'"


def save(tagger: Tagger, folder: str | Path, extras: Mapping[str, str] | None = None) -> str:
    """Write a tagger's model into a folder, in place of what was there, and return its fingerprint.

    Args:
        tagger: The tagger.
        folder: The model folder; it is written beside its place first and renamed at the end.
        extras: Texts to put beside the model, by file name: ``card.md`` and ``metrics.json``.

    Raises:
        OutputError: The folder cannot be written, or holds something that is no model.
    """
    folder = Path(folder)
    members = {name: text.encode("utf-8") for name, text in (extras or {}).items()}
    members |= _members(tagger)
    manifest = _manifest(tagger, members)
    folder = folder.resolve()
    check_replaceable(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent, ignore_cleanup_errors=True) as room:
            fresh = Path(room) / "fresh"
            fresh.mkdir()
            for name, content in {**members, _MANIFEST: manifest}.items():
                _write(fresh / name, content)
            if folder.exists():
                folder.rename(Path(room) / "old")
            fresh.rename(folder)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written: {error.strerror or error}") from error
    return _fingerprint(manifest)


def check_replaceable(folder: str | Path) -> None:
    """Refuse to replace anything but an empty folder or one that holds a model of ours and nothing else.

    Raises:
        OutputError: The folder holds something else.
    """
    folder = Path(folder)
    if not folder.exists():
        return
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else {folder.name}
    if names and not (_MANIFEST in names and names <= _MEMBERS | _EXTRAS | {_MANIFEST}):
        raise OutputError(f"{folder}: exists and is no industag model folder, or holds other files too; give a new folder")


def load(folder: str | Path | None = None) -> Tagger:
    """Return the tagger of a model folder; by default of the model that belongs to industag.

    Raises:
        ArtefactError: The folder is missing, damaged, tampered with, or of another format.
    """
    folder = data_folder("model") if folder is None else Path(folder)
    with _without_collector():
        return _load(folder)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Pause the garbage collector: a model is tens of thousands of small objects, none of them garbage."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _load(folder: Path) -> Tagger:
    manifest = _read_member(folder, _MANIFEST, _MAX_MANIFEST)
    listed = _checked_manifest(folder, _json(folder, _MANIFEST, manifest))
    files = listed["files"]
    content = {name: _verified(folder, name, files[name]) for name in sorted(_MEMBERS)}
    arrays = {name: _array(folder, name, content[f"{name}.npy"]) for name in _ARRAYS}
    taxonomy = _taxonomy(folder, content[_TAXONOMY], listed.get("taxonomy"))
    rules = _rules(folder, content[_RULES], len(taxonomy))
    reader = Reader(rules, Vocabulary(_terms(folder, content[_TERMS]), arrays["idf"]))
    _check_arrays(folder, arrays, reader, len(taxonomy))
    weights = Weights(arrays["bias"], arrays["keyword"], arrays["row"], arrays["label"], arrays["term"])
    calibration = Calibration(arrays["slope"], arrays["offset"], arrays["threshold"])
    return Tagger(Scorer(taxonomy, reader, weights), calibration, _fingerprint(manifest))


def load_card(folder: str | Path | None = None) -> str:
    """Return the model card of a model folder.

    Raises:
        ArtefactError: The folder is no model, has no card, or the card was changed since it was saved.
    """
    folder = data_folder("model") if folder is None else Path(folder)
    manifest = _json(folder, _MANIFEST, _read_member(folder, _MANIFEST, _MAX_MANIFEST))
    files = _checked_manifest(folder, manifest)["files"]
    if _CARD not in files:
        raise ArtefactError(f"{folder}: the model has no card; {_RETRAIN}")
    return _verified(folder, _CARD, files[_CARD]).decode("utf-8", "replace")


def _members(tagger: Tagger) -> dict[str, bytes]:
    """Return the content of every file of the model but the manifest."""
    weights, calibration = tagger.scorer.weights, tagger.calibration
    arrays = {
        "idf": tagger.scorer.vocabulary.idf,
        **{name: getattr(weights, name) for name in ("bias", "keyword", "row", "label", "term")},
        **{name: getattr(calibration, name) for name in ("slope", "offset", "threshold")},
    }
    members = {f"{name}.npy": _array_bytes(arrays[name].astype(dtype)) for name, dtype in _ARRAYS.items()}
    members[_TAXONOMY] = tagger.taxonomy.canonical
    members[_RULES] = _json_bytes(tagger.scorer.rules.to_json())
    members[_TERMS] = _json_bytes(tagger.scorer.vocabulary.keys)
    return members


def _manifest(tagger: Tagger, members: Mapping[str, bytes]) -> bytes:
    files = {
        name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in sorted(members.items())
    }
    return _json_bytes({"format": FORMAT, "taxonomy": tagger.taxonomy.fingerprint, "files": files}, indent=1)


def _fingerprint(manifest: bytes) -> str:
    return hashlib.sha256(manifest).hexdigest()[:12]


def _json_bytes(data: Any, indent: int | None = None) -> bytes:  # noqa: ANN401 - plain data
    separators = (",", ":") if indent is None else (",", ": ")
    return (json.dumps(data, ensure_ascii=False, indent=indent, separators=separators) + "\n").encode("utf-8")


def _array_bytes(array: NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
    return buffer.getvalue()


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _read_member(folder: Path, name: str, limit: int) -> bytes:
    """Return the content of a file of the model."""
    path = folder / name
    if not folder.is_dir():
        raise ArtefactError(f"{folder}: no such model folder; {_RETRAIN}, or name the folder of a model")
    if not path.is_file() or path.is_symlink():
        raise ArtefactError(f"{path}: missing, so {folder} is no industag model; {_RETRAIN}")
    if path.stat().st_size > limit:
        raise ArtefactError(f"{path}: larger than {limit} bytes; {_RETRAIN}")
    return path.read_bytes()


def _json(folder: Path, name: str, content: bytes) -> Any:  # noqa: ANN401 - plain data
    try:
        return json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ArtefactError(f"{folder / name}: not JSON; {_RETRAIN}") from error


def _checked_manifest(folder: Path, manifest: Any) -> dict[str, Any]:  # noqa: ANN401 - plain data
    """Return the manifest, once it is seen to be one of ours."""
    if not isinstance(manifest, dict) or type(manifest.get("format")) is not int or manifest["format"] != FORMAT:
        found = manifest.get("format") if isinstance(manifest, dict) else None
        raise ArtefactError(f"{folder}: model format {found!r}, this industag reads format {FORMAT}; {_RETRAIN}")
    files = manifest.get("files")
    if not isinstance(files, dict) or not _MEMBERS <= set(files) <= _MEMBERS | _EXTRAS:
        raise ArtefactError(f"{folder / _MANIFEST}: does not list the files of a model; {_RETRAIN}")
    return manifest


def _verified(folder: Path, name: str, entry: Any) -> bytes:  # noqa: ANN401 - plain data
    content = _read_member(folder, name, _MAX_MEMBER)
    expected = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    if entry != expected:
        raise ArtefactError(f"{folder / name}: damaged or changed since it was saved; {_RETRAIN}")
    return content


def _array(folder: Path, name: str, content: bytes) -> NDArray[Any]:
    """Return an array; its header must be the very bytes that ``save`` writes, so there is nothing to interpret."""
    path = folder / f"{name}.npy"
    dtype = np.dtype(_ARRAYS[name])
    for start in range(_HEADER_STEP, min(len(content), _LONGEST_HEADER) + 1, _HEADER_STEP):
        array = np.frombuffer(content[start:], dtype=dtype) if (len(content) - start) % dtype.itemsize == 0 else None
        if array is not None and _array_bytes(array) == content:
            break
    else:
        raise ArtefactError(f"{path}: not an array of numbers as expected; {_RETRAIN}")
    if not np.isfinite(array).all():
        raise ArtefactError(f"{path}: holds a value that is no number; {_RETRAIN}")
    return array


def _taxonomy(folder: Path, content: bytes, fingerprint: object) -> Taxonomy:
    try:
        taxonomy = Taxonomy.from_json(_json(folder, _TAXONOMY, content))
        _check_tree(taxonomy)
        if fingerprint_of(content) != fingerprint:
            raise ValueError("fingerprint")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ArtefactError(f"{folder / _TAXONOMY}: not a taxonomy; {_RETRAIN}") from error
    return taxonomy


def _check_tree(taxonomy: Taxonomy) -> None:
    """Refuse labels that are no tree with its parents first, or whose ids and names are no texts."""
    seen: set[str] = set()
    for label in taxonomy.labels:
        texts = (label.id, *label.names.values())
        if not all(isinstance(text, str) for text in texts) or set(label.names) != set(LANGUAGES) or label.id in seen:
            raise ValueError("id or names")
        if label.level not in LEVELS or not (label.parent is None or label.parent in seen):
            raise ValueError("level or parent")
        seen.add(label.id)
    if not seen:
        raise ValueError("no labels")


def _rules(folder: Path, content: bytes, n_labels: int) -> KeywordRules:
    try:
        data = _json(folder, _RULES, content)
        keys = data["keys"]
        if not all(isinstance(key, str) and key for key in keys):
            raise ValueError("keys")
        rules = KeywordRules.from_json(data)
        _check_rules(rules.rules, n_labels, len(keys))
    except (KeyError, TypeError, ValueError) as error:
        raise ArtefactError(f"{folder / _RULES}: not keyword rules; {_RETRAIN}") from error
    return rules


def _check_rules(rules: Sequence[Rule], n_labels: int, n_keys: int) -> None:
    """Refuse rules whose parts are not what they should be."""
    parts = [part for rule in rules for part in (rule.keys, rule.near, rule.cancelling_near, rule.cancelling_around)]
    _check_numbers(list(chain.from_iterable(parts)), n_keys)
    _check_numbers([rule.label for rule in rules], n_labels)
    if any(set(rule.keys).intersection(rule.cancelling_around) for rule in rules):
        raise ValueError("a keyword that cancels itself")
    texts = [rule.term for rule in rules] + list(chain.from_iterable(rule.spellings for rule in rules))
    weights = [rule.weight for rule in rules]
    if set(map(type, texts)) - {str} or set(map(type, weights)) - {float} or not all(0.0 < w <= 1.0 for w in weights):
        raise ValueError("terms or weights")


def _check_numbers(numbers: list[int], limit: int) -> None:
    """Refuse what is no index below a limit."""
    if set(map(type, numbers)) - {int} or (numbers and not 0 <= min(numbers) <= max(numbers) < limit):
        raise ValueError("numbers")


def _terms(folder: Path, content: bytes) -> tuple[str, ...]:
    terms = _json(folder, _TERMS, content)
    if not isinstance(terms, list) or not all(isinstance(key, str) and key for key in terms) or len(set(terms)) < len(terms):
        raise ArtefactError(f"{folder / _TERMS}: not a list of terms; {_RETRAIN}")
    return tuple(terms)


def _check_arrays(folder: Path, arrays: Mapping[str, NDArray[Any]], reader: Reader, n_labels: int) -> None:
    """Refuse arrays that do not fit together or hold values that cannot be."""
    row, label = arrays["row"], arrays["label"]
    n_terms = len(reader.vocabulary.keys)
    fits = (
        all(len(arrays[name]) == n_labels for name in ("bias", "slope", "offset", "threshold"))
        and len(arrays["keyword"]) == len(reader.rules.rules)
        and len(arrays["idf"]) == n_terms
        and len(row) == n_terms + 1
        and row[0] == 0
        and bool((np.diff(row) >= 0).all())
        and row[-1] == len(label) == len(arrays["term"])
        and bool(((label >= 0) & (label < n_labels)).all())
        and _are_single(row, label, n_labels)
        and bool((arrays["slope"] > 0).all())
        and bool((arrays["idf"] > _LEAST_IDF).all())
        and bool(((arrays["threshold"] > 0) & (arrays["threshold"] <= 1)).all())
    )
    if not fits:
        raise ArtefactError(f"{folder}: its arrays do not fit together; {_RETRAIN}")


def _are_single(row: NDArray[np.int64], label: NDArray[np.int64], n_labels: int) -> bool:
    """Tell whether no term has two weights for a label: the compiled loops make room for one piece of evidence each."""
    places = np.repeat(np.arange(len(row) - 1), np.diff(row)) * n_labels + label
    return len(np.unique(places)) == len(places)
