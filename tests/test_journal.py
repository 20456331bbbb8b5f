import json

import pytest

from industag.batch import journal
from industag.batch.journal import Spool
from industag.batch.workers import Result
from industag.errors import OutputError
from industag.output.tally import Tally

IDENTITY = {
    "model": "m",
    "options": {"level": "segment", "include": []},
    "inputs": [["a.txt", 5, "then"], ["b.txt", 6, "then"]],
}


@pytest.fixture(autouse=True)
def often(monkeypatch):
    monkeypatch.setattr(journal, "SECONDS", 0.0)


def result(lines, **statuses):
    tally = Tally(documents=1)
    tally.statuses.update(statuses)
    return Result(lines, tally, len(lines))


def cut_short(path, *lines, identity=IDENTITY):
    """Write some chunks and stop as a crash does, after which nothing else is written."""
    with Spool(str(path), identity, resume=True) as spool:
        for each in lines:
            spool.append(result(each, tagged=2))


def test_a_run_goes_on_after_the_last_chunk_that_is_safe(tmp_path):
    cut_short(tmp_path / "out", b"one\n", b"two\n")
    with (tmp_path / ".out.part").open("ab") as part:
        part.write(b"hal")
    with (tmp_path / ".out.journal").open("ab") as file:
        file.write(b'{"chunks": 3, "si')
    with Spool(str(tmp_path / "out"), IDENTITY, resume=True) as spool:
        assert (spool.progress.chunks, spool.progress.done) == (2, 8)
        assert spool.progress.tally.statuses == {"tagged": 4}
        spool.append(result(b"three\n", none=1))
        spool.complete()
        assert list(spool.lines()) == [b"one\n", b"two\n", b"three\n"]
        spool.rename()
    assert (tmp_path / "out").read_bytes() == b"one\ntwo\nthree\n"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_the_part_file_lost_is_not_believed(tmp_path):
    cut_short(tmp_path / "out", b"one\n", b"two\n")
    (tmp_path / ".out.part").write_bytes(b"one\ntw")
    with Spool(str(tmp_path / "out"), IDENTITY, resume=True) as spool:
        assert (spool.progress.chunks, spool.progress.size, spool.progress.tally.documents) == (1, 4, 1)
    (tmp_path / ".out.part").unlink()
    with Spool(str(tmp_path / "out"), IDENTITY, resume=True) as spool:
        assert spool.progress.chunks == 0


@pytest.mark.parametrize("content", [b"", b"{", b"[]\n", b"\x00\x00\n"])
def test_a_journal_that_says_nothing_is_begun_anew(tmp_path, content):
    (tmp_path / ".out.journal").write_bytes(content)
    with Spool(str(tmp_path / "out"), IDENTITY, resume=True) as spool:
        spool.append(result(b"one\n"))
    first, second = (tmp_path / ".out.journal").read_bytes().splitlines()
    assert json.loads(first)["model"] == "m"
    assert json.loads(second)["size"] == 4


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"model": "n"}, "model: m then, n now"),
        (
            {"options": {"level": "field", "include": ["wind"]}},
            "level: segment then, field now; include: nothing then, wind now",
        ),
        ({"inputs": [["a.txt", 7, "later"], ["b.txt", 6, "then"]]}, "a.txt was changed"),
        ({"inputs": [["a.txt", 5, "then"]]}, "b.txt is gone"),
        ({"inputs": [*IDENTITY["inputs"], ["c.txt", 1, "x"]]}, "c.txt is new"),
        ({"inputs": IDENTITY["inputs"][::-1]}, "the input comes in another order"),
    ],
)
def test_another_run_is_refused_and_told_what_differs(tmp_path, change, said):
    cut_short(tmp_path / "out", b"one\n")
    with pytest.raises(OutputError) as refused:
        Spool(str(tmp_path / "out"), {**IDENTITY, **change}, resume=True)
    assert said in str(refused.value)
    assert "--no-resume to begin anew" in str(refused.value)
    with Spool(str(tmp_path / "out"), IDENTITY, resume=True) as spool:
        assert spool.progress.chunks == 1
    with Spool(str(tmp_path / "out"), {**IDENTITY, **change}, resume=False) as spool:
        assert spool.progress.chunks == 0
        assert spool.part.read_bytes() == b""


def test_two_runs_cannot_write_the_same_output(tmp_path):
    with Spool(str(tmp_path / "out"), IDENTITY, resume=True) as spool:
        spool.append(result(b"one\n"))
        with pytest.raises(OutputError, match="out: another run is writing it; wait for it"):
            Spool(str(tmp_path / "out"), IDENTITY, resume=False)
        assert spool.part.read_bytes() == b"one\n"


def test_a_run_without_a_chunk_leaves_nothing(tmp_path):
    cut_short(tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OutputError, match="cannot be written: No such file"):
        Spool(str(tmp_path / "no" / "out"), IDENTITY, resume=True)


def test_the_journal_is_written_once_in_a_while(tmp_path, monkeypatch):
    monkeypatch.setattr(journal, "SECONDS", 60.0)
    with Spool(str(tmp_path / "out"), IDENTITY, resume=True) as spool:
        for _ in range(100):
            spool.append(result(b"one\n", none=1))
        spool.complete()
        lines = (tmp_path / ".out.journal").read_bytes().splitlines()
    assert len(lines) == 2
    assert json.loads(lines[1])["tally"]["statuses"] == {"none": 100}
