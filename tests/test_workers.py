import os
import signal
from dataclasses import replace

import pytest

import industag
from industag.answers import TagOptions
from industag.batch.chunks import Chunk
from industag.batch.workers import Result, Setup, results
from industag.errors import ArtefactError
from industag.output.records import read_records
from industag.output.tally import Tally
from industag.reading.documents import Document, Failure, ReadOptions
from industag.reading.finding import find_sources

DOCUMENTS = [Document(f"{n}.txt", f"A wind turbine, the {n}th. 第{n}块光伏板。 Nothing.") for n in range(12)]


class Deadly(Document):
    """A document that ends the worker process that takes it."""

    def __reduce__(self):
        return os._exit, (1,)


@pytest.fixture
def setup(tiny_tagger, tmp_path):
    industag.save(tiny_tagger, tmp_path / "model")
    return industag.load(tmp_path / "model"), str(tmp_path / "model")


def setup_of(tagger, model):
    return Setup(model, tagger.fingerprint, TagOptions(), ReadOptions())


@pytest.mark.slow
def test_results_are_the_same_for_any_number_of_workers_and_survive_the_death_of_one(setup):
    tagger, model = setup
    chunks = [Chunk(tuple(DOCUMENTS[n : n + 2]), 10) for n in range(0, 12, 2)]
    one = list(results(chunks, tagger, setup_of(tagger, model)))
    assert list(results(chunks, tagger, setup_of(tagger, model), workers=2)) == one
    assert [result.size for result in one] == [10] * 6

    chunks[3] = Chunk((DOCUMENTS[6], Deadly("deadly.csv", "wind", 7), DOCUMENTS[7]), 10)
    several = list(results(chunks, tagger, setup_of(tagger, model), workers=2))
    records = list(read_records(line for result in several for line in result.lines.splitlines()))
    failed = [record for record in records if record["status"] == "error"]
    assert [(record["doc"], record["row"]) for record in failed] == [("deadly.csv", 7)]
    assert "deadly.csv, row 7: the worker process that read and tagged it was ended" in failed[0]["error"]
    assert [record["doc"] for record in records if record["sentence"] == 1] == [each.name for each in DOCUMENTS]
    assert [result.size for result in several] == [10] * 6  # one result for each chunk, or a run could not go on after it
    assert [result.tally.sentences for result in several] == [6] * 6
    assert b"".join(result.lines for result in several).replace(failed_line(several), b"") == b"".join(
        result.lines for result in one
    )


@pytest.mark.slow
def test_compiled_loops_do_what_is_read_already_here_and_leave_files_to_the_workers(setup, tmp_path):
    pytest.importorskip("numba")
    tagger, model = setup
    fast = replace(setup_of(tagger.speed_up(), model), fast=True)
    read = [Chunk((DOCUMENTS[n], Deadly("kept.csv", "A wind turbine.", n)), 10) for n in range(1, 12, 2)]
    assert b'"error"' not in b"".join(result.lines for result in results(read, tagger, fast, workers=2))

    (tmp_path / "file.txt").write_text("光伏板。 Nothing.", encoding="utf-8")
    chunks = [*read[:3], Chunk(tuple(find_sources([str(tmp_path / "file.txt")])), 5), *read[3:]]
    several = list(results(chunks, tagger, fast, workers=2))
    assert several == list(results(chunks, tagger, fast))
    assert [result.size for result in several] == [10, 10, 10, 5, 10, 10, 10]


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="threads cannot hold signals back")
def test_threads_beside_worker_processes_hold_interrupts_back(setup, monkeypatch):
    """Or an interrupt would reach the processes that start at this moment: it is held back from the main thread alone."""
    tagger, model = setup
    held = []

    def work(self, chunk):
        held.append(signal.pthread_sigmask(signal.SIG_BLOCK, []))
        return Result(b"", Tally(), chunk.size)

    monkeypatch.setattr("industag.batch.workers.Worker.work", work)
    list(results([Chunk((DOCUMENTS[0],), 1)] * 4, tagger, replace(setup_of(tagger, model), fast=True), workers=2))
    assert len(held) == 4
    assert all(signal.SIGINT in signals for signals in held)


def failed_line(results):
    (line,) = (line for result in results for line in result.lines.splitlines(keepends=True) if b'"error"' in line)
    return line


@pytest.mark.slow
def test_a_model_that_was_changed_meanwhile_is_refused(setup):
    tagger, model = setup
    changed = Setup(model, "another", TagOptions(), ReadOptions())
    with pytest.raises(ArtefactError, match="changed since the run began"):
        list(results([Chunk(tuple(DOCUMENTS), 1)], tagger, changed, workers=2))


def test_one_worker_is_this_process(setup):
    tagger, _ = setup
    failure = Failure("x", "x: gone")
    (result,) = results([Chunk((failure, DOCUMENTS[0]), 3)], tagger, setup_of(tagger, "no such model"))
    assert result.tally.failures == ["x: gone"]
    assert result.tally.sentences == 3
