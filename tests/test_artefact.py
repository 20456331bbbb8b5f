import io
import json
import pickle
import shutil
from pathlib import Path

import joblib
import numpy as np
import pytest

import industag
from industag.errors import ArtefactError, OutputError
from industag.tagger import Tagger

TEXT = "A wind turbine blade, 钙钛矿 and the sun over the energy industry"


@pytest.fixture
def folder(tiny_tagger, tmp_path):
    industag.save(tiny_tagger, tmp_path / "model", {"card.md": "# card\n"})
    return tmp_path / "model"


def with_new_hash(folder: Path, name: str, content: bytes) -> None:
    """Replace a member as an attacker would: with the manifest made to agree."""
    import hashlib

    (folder / name).write_bytes(content)
    manifest = json.loads((folder / "model.json").read_text())
    manifest["files"][name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    (folder / "model.json").write_text(json.dumps(manifest))


def test_load_inverts_save(tiny_tagger, folder):
    loaded = industag.load(folder)
    assert loaded.score(TEXT) == tiny_tagger.score(TEXT)
    assert loaded.tag(TEXT) == tiny_tagger.tag(TEXT)
    assert loaded.explain(TEXT) == tiny_tagger.explain(TEXT)
    assert loaded.taxonomy.labels == tiny_tagger.taxonomy.labels


def test_saving_twice_gives_the_same_bytes_and_fingerprint(tiny_tagger, folder, tmp_path):
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    fingerprint = industag.save(industag.load(folder), tmp_path / "again", {"card.md": "# card\n"})
    assert {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()} == first
    assert industag.load(folder).fingerprint == fingerprint


def test_saving_replaces_a_model_and_leaves_nothing_else_behind(tiny_tagger, folder):
    industag.save(tiny_tagger, folder)
    assert [path.name for path in folder.parent.iterdir() if "model" in path.name] == ["model"]
    assert not (folder / "card.md").exists()


def test_a_folder_that_is_no_model_is_not_overwritten(tiny_tagger, tmp_path):
    (tmp_path / "thesis.txt").write_text("three years of work")
    with pytest.raises(OutputError, match="is no industag model folder"):
        industag.save(tiny_tagger, tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_a_missing_model_says_what_to_do(tmp_path):
    with pytest.raises(ArtefactError, match="no such model folder; train it again with 'industag train'"):
        industag.load(tmp_path / "nowhere")
    with pytest.raises(ArtefactError, match=r"model\.json: missing"):
        industag.load(tmp_path)


@pytest.mark.parametrize("name", ["taxonomy.json", "terms.json", "rules.json", "term.npy"])
def test_a_changed_byte_is_noticed(folder, name):
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(ArtefactError, match=f"{name}: damaged or changed"):
        industag.load(folder)


def test_another_format_is_refused(folder):
    manifest = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps({**manifest, "format": 99}))
    with pytest.raises(ArtefactError, match="model format 99, this industag reads format 1"):
        industag.load(folder)


class Bomb:
    """Runs code when it is unpickled."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self):
        return (Path.touch, (self.target,))


@pytest.mark.parametrize(
    "name", ["model.json", "taxonomy.json", "terms.json", "rules.json", "bias.npy", "idf.npy", "card.md", "extra.pkl"]
)
@pytest.mark.parametrize("wrapped", ["pickle", "object array"])
def test_a_pickle_under_any_name_never_runs(folder, tmp_path, name, wrapped):
    target = tmp_path / "exploded"
    content = pickle.dumps(Bomb(target))
    if wrapped == "object array":
        buffer = io.BytesIO()
        np.save(buffer, np.array([Bomb(target)], dtype=object), allow_pickle=True)
        content = buffer.getvalue()
    if name == "model.json":
        (folder / name).write_bytes(content)
    else:
        with_new_hash(folder, name, content)
    if name == "card.md":
        industag.load(folder)
    else:
        with pytest.raises(ArtefactError):
            industag.load(folder)
    assert not target.exists()


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("bias", np.array([1.0]), "do not fit together"),
        ("label", np.array([10**6]), "do not fit together"),
        ("bias", np.array([1, 2, 3, 4]), "not an array of numbers"),
        ("bias", np.array([np.nan] * 4), "no number"),
        ("bias", np.zeros((2, 2)), "not an array of numbers"),
    ],
)
def test_arrays_that_could_mislead_are_refused(folder, name, array, message):
    buffer = io.BytesIO()
    np.save(buffer, array)
    with_new_hash(folder, f"{name}.npy", buffer.getvalue())
    with pytest.raises(ArtefactError, match=message):
        industag.load(folder)


def test_two_weights_of_a_term_for_one_label_are_refused(tagger, tmp_path):
    """The compiled loops would write more evidence than they made room for."""
    row, label = tagger.scorer.weights.row, tagger.scorer.weights.label.copy()
    begin = row[np.flatnonzero(np.diff(row) > 1)[0]]
    label[begin + 1] = label[begin]
    refused(tagger, tmp_path / "model", "label", label)


def test_a_frequency_whose_square_is_nothing_is_refused(tagger, tmp_path):
    refused(tagger, tmp_path / "model", "idf", np.full(len(tagger.scorer.vocabulary.idf), 1e-200))


def refused(tagger: Tagger, folder: Path, name: str, array: np.ndarray) -> None:
    industag.save(tagger, folder)
    buffer = io.BytesIO()
    np.save(buffer, array)
    with_new_hash(folder, f"{name}.npy", buffer.getvalue())
    with pytest.raises(ArtefactError, match="do not fit together"):
        industag.load(folder)


@pytest.mark.parametrize("content", [b"[" * 100000, b"{}", b'{"labels": [{}]}', b'{"labels": 3}', b"\xff"])
def test_a_taxonomy_that_is_none_is_refused(folder, content):
    with_new_hash(folder, "taxonomy.json", content)
    with pytest.raises(ArtefactError, match=r"taxonomy\.json"):
        industag.load(folder)


def test_a_folder_with_other_files_beside_a_model_is_left_alone(tiny_tagger, folder):
    (folder / "thesis.txt").write_text("three years of work")
    with pytest.raises(OutputError, match="holds other files too"):
        industag.save(tiny_tagger, folder)
    assert (folder / "thesis.txt").exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda labels: labels[1].update(parent="nowhere"),
        lambda labels: labels[1].update(parent=labels[1]["id"]),
        lambda labels: labels.reverse(),
        lambda labels: labels[1].update(level="zzz"),
        lambda labels: labels[1].update(id=labels[0]["id"]),
        lambda labels: labels[1].update(id=5),
        lambda labels: labels[1]["names"].update(en="Other"),
        lambda labels: labels.clear(),
    ],
)
def test_a_taxonomy_that_does_not_hang_together_is_refused(folder, change):
    taxonomy = json.loads((folder / "taxonomy.json").read_text("utf-8"))
    change(taxonomy["labels"])
    with_new_hash(folder, "taxonomy.json", json.dumps(taxonomy).encode())
    with pytest.raises(ArtefactError, match=r"taxonomy\.json: not a taxonomy"):
        industag.load(folder)


@pytest.mark.parametrize(
    "rules",
    [
        [[99, "x", 1.0, [0]]],
        [["x"]],
        [[0.5, "x", 1.0, [0]]],
        [[0, "x", 1.0, [10**9]]],
        [[0, "x", 1.0, "abc"]],
        [[0, "x", 1.0, [0], 1, 2, 3, 4, 5, 6]],
        [[0, "x", 1.0, [0], False, [], [], [], [0]]],
        3,
    ],
)
def test_rules_that_are_none_are_refused(folder, rules):
    with_new_hash(folder, "rules.json", json.dumps({"keys": ["x"], "rules": rules}).encode())
    with pytest.raises(ArtefactError, match=r"rules\.json: not keyword rules"):
        industag.load(folder)


def test_a_link_in_place_of_a_file_is_refused(folder, tmp_path):
    shutil.move(folder / "bias.npy", tmp_path / "elsewhere.npy")
    (folder / "bias.npy").symlink_to(tmp_path / "elsewhere.npy")
    with pytest.raises(ArtefactError, match=r"bias\.npy: missing"):
        industag.load(folder)


def test_joblib_files_come_back_only_with_trust(tiny_tagger, tmp_path):
    path = tmp_path / "tagger.joblib"
    industag.export_joblib(tiny_tagger, path)
    with pytest.raises(ArtefactError, match="pass trust=True"):
        industag.import_joblib(path)
    assert industag.import_joblib(path, trust=True).score(TEXT) == tiny_tagger.score(TEXT)


def test_a_malicious_joblib_file_does_not_run_without_trust(tmp_path):
    path, target = tmp_path / "tagger.joblib", tmp_path / "exploded"
    joblib.dump(Bomb(target), path)
    with pytest.raises(ArtefactError):
        industag.import_joblib(path)
    assert not target.exists()


def test_a_joblib_file_that_holds_something_else_is_refused(tmp_path):
    path = tmp_path / "x.joblib"
    joblib.dump({"a": 1}, path)
    with pytest.raises(ArtefactError, match="holds a dict, not a tagger"):
        industag.import_joblib(path, trust=True)
    path.write_bytes(b"nonsense")
    with pytest.raises(ArtefactError, match="not a joblib file"):
        industag.import_joblib(path, trust=True)
    with pytest.raises(ArtefactError, match="cannot be read"):
        industag.import_joblib(tmp_path / "nowhere", trust=True)
