import io
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT

import industag
from industag.answers import TagOptions
from industag.batch import journal
from industag.batch import run as batch
from industag.batch.chunks import deal
from industag.batch.run import Job, run
from industag.batch.workers import Setup
from industag.errors import OutputError
from industag.output.records import Encoder, Provenance
from industag.output.rows import tag_documents
from industag.output.writers import Layout
from industag.reading.documents import ReadOptions
from industag.reading.readers import read_documents


class Watcher:
    def __init__(self, stop_after=10**9):
        self.said = []
        self.shares = []
        self._stop_after = stop_after

    def begin(self, done):
        self.before = done

    def say(self, message):
        self.said.append(message)

    def advance(self, done, total, tally):
        self.shares.append(done / total)
        if len(self.shares) >= self._stop_after:
            raise KeyboardInterrupt


@pytest.fixture
def folder(tmp_path):
    """A folder with files of every kind that is read in parts, a long one, and one that cannot be read."""
    folder = tmp_path / "in"
    folder.mkdir()
    for n in range(25):
        (folder / f"{n:02d}.txt").write_text(
            "".join(f"No. {k} has a wind turbine. 第{k}句讲光伏。\n" for k in range(n)), "utf-8"
        )
    (folder / "a.csv").write_text("id,text\n" + "".join(f"{k},The wind turbine {k}. Nothing.\n" for k in range(300)))
    (folder / "b.jsonl").write_text("".join(json.dumps({"text": f"PV panel {k}. 风电", "n": k}) + "\n" for k in range(200)))
    (folder / "long.txt").write_text("\n\n".join("w" * 1900 + f" wind turbine {k}." for k in range(160)))
    (folder / "bad.txt").write_bytes(b"\x00\x00")
    return folder


@pytest.fixture
def in_small_chunks(monkeypatch):
    monkeypatch.setattr(batch, "deal", lambda *given, **more: deal(*given, size=6000, **more))
    monkeypatch.setattr(journal, "SECONDS", 0.0)


@pytest.fixture
def model(tiny_tagger, tmp_path):
    industag.save(tiny_tagger, tmp_path / "model")
    return str(tmp_path / "model")


def job_of(model, paths, output, layout=None, level="segment", **more):
    setup = Setup(model, industag.load(model).fingerprint, TagOptions(level=level), ReadOptions())
    return Job(tuple(map(str, paths)), setup, layout or Layout("jsonl"), output and str(output), **more)


def done(job, watcher=None):
    return run(job, industag.load(job.setup.model), io.BytesIO(), watcher or Watcher())


def test_the_result_is_what_python_gives(folder, model, tmp_path, in_small_chunks):
    tally = done(job_of(model, [folder], tmp_path / "out.jsonl"))
    tagger = industag.load(model)
    rows = list(tag_documents(tagger, read_documents([str(folder)]), TagOptions()))
    encoder = Encoder(Provenance(tagger.taxonomy.fingerprint, tagger.fingerprint))
    assert (tmp_path / "out.jsonl").read_bytes() == encoder.encode(rows)
    assert tally.sentences == sum(row.sentence > 0 for row in rows)
    assert tally.statuses["error"] == 1


@pytest.mark.parametrize("layout", [Layout("jsonl"), Layout("csv"), Layout("xlsx", "tag"), Layout("parquet", "document")])
def test_a_run_that_was_interrupted_goes_on_and_ends_the_same(folder, model, tmp_path, in_small_chunks, layout):
    done(job_of(model, [folder], tmp_path / "whole", layout))
    job = job_of(model, [folder], tmp_path / "out", layout)
    for stop_after in (1, 4, 6):
        with pytest.raises(KeyboardInterrupt):
            done(job, Watcher(stop_after))
        assert not (tmp_path / "out").exists()
    watcher = Watcher()
    done(job, watcher)
    assert watcher.before > 0
    assert "going on after" in watcher.said[0]
    assert watcher.shares == sorted(watcher.shares)
    assert watcher.shares[-1] == 1.0
    assert (tmp_path / "out").read_bytes() == (tmp_path / "whole").read_bytes()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_what_is_kept_is_refused_to_another_run_until_it_is_given_up(folder, model, tmp_path, in_small_chunks):
    job = job_of(model, [folder], tmp_path / "out.jsonl")
    with pytest.raises(KeyboardInterrupt):
        done(job, Watcher(10))
    with pytest.raises(OutputError, match="level: segment then, field now"):
        done(job_of(model, [folder], tmp_path / "out.jsonl", level="field"))
    with (folder / "03.txt").open("a") as file:
        file.write("more")
    with pytest.raises(OutputError, match=r"03\.txt was changed"):
        done(job)
    watcher = Watcher()
    done(job_of(model, [folder], tmp_path / "out.jsonl", resume=False), watcher)
    assert watcher.before == 0
    assert "more" in (tmp_path / "out.jsonl").read_text("utf-8")


def test_the_summary_tells_what_was_done_and_with_what(folder, model, tmp_path):
    done(job_of(model, [folder], tmp_path / "out.csv", Layout("csv")))
    summary = json.loads((tmp_path / "out.csv.summary.json").read_text("utf-8"))
    tagger = industag.load(model)
    assert summary["inputs"] == 29
    assert summary["documents"] == 27 + 300 + 200
    assert summary["sentences"] == summary["tagged"] + summary["review"] + summary["none"] == 2 * 300 + 600 + 400 + 160
    assert summary["failed"] == 1
    assert "looks binary" in summary["failures"][0]
    assert (summary["model"], summary["taxonomy"]) == (tagger.fingerprint, tagger.taxonomy.fingerprint)
    assert summary["options"]["level"] == "segment"
    assert summary["seconds"] > 0


def test_standard_output_gets_every_layout_that_is_text(folder, model, tmp_path):
    for layout in (Layout("jsonl"), Layout("jsonl", "document"), Layout("csv", "tag"), Layout("table")):
        done(job_of(model, [folder], tmp_path / "out", layout))
        job, stream = job_of(model, [folder], None, layout), io.BytesIO()
        run(job, industag.load(model), stream, Watcher())
        assert stream.getvalue() == (tmp_path / "out").read_bytes(), layout


def test_standard_input_goes_on_too_where_it_is_the_same(model, tmp_path, in_small_chunks, monkeypatch):
    def give(text):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    text = "text\n" + "".join(f"wind turbine {n}\n" for n in range(1000))
    setup = Setup(model, industag.load(model).fingerprint, TagOptions(), ReadOptions(stdin_format="csv"))
    job = Job(("-",), setup, Layout("csv"), str(tmp_path / "out.csv"))
    give(text)
    with pytest.raises(KeyboardInterrupt):
        done(job, Watcher(3))
    give(text + "sun\n")
    with pytest.raises(OutputError, match="- was changed"):
        done(job)
    give(text)
    watcher = Watcher()
    assert done(job, watcher).sentences == 1000
    assert watcher.before > 0


def test_failures_are_said_once_each_and_not_without_end(model, tmp_path):
    (tmp_path / "a.jsonl").write_text("{\n" * 150)
    watcher = Watcher()
    assert done(job_of(model, [tmp_path / "a.jsonl"], None), watcher).statuses["error"] == 150
    assert len(watcher.said) == 101
    assert watcher.said[0].startswith(f"{tmp_path / 'a.jsonl'}:1: not a line of JSON")
    assert "they are not told here" in watcher.said[-1]


@pytest.mark.slow
@pytest.mark.parametrize(("workers", "kills"), [(1, 40), (2, 10)])
def test_a_run_that_is_killed_at_any_moment_goes_on_and_ends_the_same(folder, model, workers, kills):
    script = Path(__file__).with_name("killed_runs.py")
    command = [sys.executable, str(script), str(folder), model, str(workers), str(kills)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)
    assert counts["killed"] == kills
    assert counts["went on"] > 0
    assert (counts["half-written"], counts["failed"], counts["other bytes"], counts["left over"]) == (0, 0, 0, 0)


def command_line(*arguments, **more):
    return subprocess.Popen(
        [sys.executable, "-m", "industag", *map(str, arguments)], stderr=subprocess.PIPE, text=True, **more
    )


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupt_stops_cleanly_and_the_same_command_goes_on(model, tmp_path, workers):
    (tmp_path / "a.csv").write_text("text\n" + "".join(f"The wind turbine {n} turns.\n" for n in range(60_000)))
    arguments = ["tag", tmp_path / "a.csv", "--model", model, "-o", tmp_path / "out.jsonl", "--workers", workers]
    process = command_line(*arguments, start_new_session=True)
    kept = tmp_path / ".out.jsonl.journal"
    while process.poll() is None and not (kept.exists() and kept.read_bytes().count(b"\n") > 1):
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers too
    _, said = process.communicate(timeout=30)
    assert said == "industag: stopped; the same command goes on from here\n"
    assert process.returncode == 130
    assert not (tmp_path / "out.jsonl").exists()
    process = command_line(*arguments)
    _, said = process.communicate(timeout=60)
    assert "out.jsonl: going on after" in said
    assert process.returncode == 0
    assert len((tmp_path / "out.jsonl").read_bytes().splitlines()) == 60_000


@pytest.mark.slow
@pytest.mark.parametrize("name", ["out.jsonl", "out.csv", "out.xlsx"])
def test_a_full_disk_is_told_and_what_is_done_is_kept(model, folder, tmp_path, name):
    arguments = ["tag", folder, "--model", model, "-o", tmp_path / name]

    def on_a_small_disk():
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))

    process = command_line(*arguments, preexec_fn=on_a_small_disk)
    _, said = process.communicate(timeout=30)
    assert f"{name}: cannot be written: File too large" in said
    assert "Traceback" not in said
    assert process.returncode == 2
    assert not (tmp_path / name).exists()
    process = command_line(*arguments)
    process.communicate(timeout=30)
    assert process.returncode == 1  # one of the files is no text
    assert (tmp_path / name).exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("kind", ["jsonl", "csv", "table"])
def test_standard_output_that_is_full_is_told(model, folder, kind, unbuffered, monkeypatch):
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    with Path("/dev/full").open("wb") as full:
        process = command_line("tag", folder, "--model", model, "--format", kind, stdout=full)
        _, said = process.communicate(timeout=30)
    assert "standard output: cannot be written: No space left on device" in said
    assert "Exception ignored" not in said
    assert process.returncode == 2


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_the_compiled_loops_change_no_byte_of_a_run(tmp_path, monkeypatch, workers):
    pytest.importorskip("numba")
    tagger = industag.load()
    for switch in ("never", "always"):
        monkeypatch.setenv("INDUSTAG_FAST", switch)
        setup = Setup(None, tagger.fingerprint, TagOptions(), ReadOptions())
        paths = (str(ROOT / "docs" / "examples"), str(ROOT / "README.md"), str(ROOT / "README.zh.md"))
        tally = run(
            Job(paths, setup, Layout("jsonl"), str(tmp_path / switch), workers), industag.load(), io.BytesIO(), Watcher()
        )
        assert tally.statuses["tagged"] > 40
    assert (tmp_path / "always").read_bytes() == (tmp_path / "never").read_bytes()
