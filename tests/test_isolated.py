import os
import signal
import subprocess
import sys
import time
import zlib
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from conftest import ROOT
from joblib import Parallel, delayed
from small_pdf import Written, assemble, make_pdf

from industag.reading import isolated
from industag.reading.documents import Document, Failure, ReadOptions
from industag.reading.readers import read_documents

FILES = ROOT / "tests" / "files"
NAMES = ("plan.en.pdf", "plan.zh.docx", "projects.xlsx")
OPTIONS = ReadOptions(text_column="摘要")


def read(*paths, options=OPTIONS):
    return list(read_documents([str(path) for path in paths], options))


def write_wide_workbook(path):
    """Write a small workbook that a library must see as sixteen thousand million cells."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "text")
        sheet.write(1_048_575, 16_383, "far away")
    return path


def write_long_workbook(path, rows=60_000):
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "摘要")
        for row in range(1, rows):
            sheet.write(row, 0, f"wind farm {row}")
    return path


def test_one_process_reads_one_file_after_another():
    read(FILES / NAMES[0])
    (process,) = isolated._IDLE
    documents = read(*(FILES / name for name in NAMES))
    assert [process] == isolated._IDLE
    assert [type(document) for document in documents] == [Document] * 5
    assert documents[0].page_starts == (0, documents[0].text.index("sponsible departments will"))


def test_a_file_that_takes_too_long_is_a_failure_and_the_next_one_is_read(tmp_path):
    slow = write_long_workbook(tmp_path / "slow.xlsx")
    started = time.monotonic()
    *some, failure = read(slow, options=ReadOptions("摘要", seconds=0.15))
    assert time.monotonic() - started < 10
    assert len(some) < 59_999
    assert failure == Failure(str(slow), f"{slow}: took longer than 0.15 seconds to read")
    assert len(read(FILES / NAMES[1])) == 1


def test_the_time_that_the_reader_of_rows_takes_does_not_count(tmp_path):
    path = write_long_workbook(tmp_path / "a.xlsx", rows=5_000)
    count = 0
    for document in read_documents([str(path)], ReadOptions("摘要", seconds=1.0)):
        assert isinstance(document, Document)
        count += 1
        if count % 1_000 == 0:
            time.sleep(0.3)
    assert count == 4_999


def test_a_file_that_needs_too_much_memory_is_a_failure_and_the_next_one_is_read(tmp_path):
    failure, document = read(write_wide_workbook(tmp_path / "wide.xlsx"), FILES / "plan.zh.pdf")
    assert isinstance(failure, Failure)
    assert "it is damaged, or needs more than 2048 MB of memory" in failure.message
    assert isinstance(document, Document)


@pytest.mark.slow
def test_a_pdf_that_unpacks_without_end_is_a_failure(tmp_path):
    packed = zlib.compress(zlib.compress(b" " * (1 << 30), 9), 9)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
        b"<< /Filter [/FlateDecode /FlateDecode] /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed),
    ]
    (tmp_path / "a.pdf").write_bytes(assemble(objects))
    (failure,) = read(tmp_path / "a.pdf", options=ReadOptions(megabytes=768))
    assert "needs more than 768 MB of memory" in failure.message


@pytest.mark.slow
def test_memory_can_be_limited_further(tmp_path):
    pq.write_table(pa.table({"摘要": ["wind " * (1 << 21)] * 40}), tmp_path / "a.parquet")
    failure = read(tmp_path / "a.parquet", options=ReadOptions("摘要", megabytes=768))[-1]
    assert isinstance(failure, Failure)
    assert "needs more than 768 MB of memory" in failure.message


def test_a_process_that_is_killed_costs_one_failure(tmp_path):
    path = write_long_workbook(tmp_path / "a.xlsx")
    documents = read_documents([str(path), str(FILES / NAMES[1])], OPTIONS)
    assert isinstance(next(documents), Document)
    (pid,) = reading() - {process._process.pid for process in isolated._IDLE}
    os.kill(pid, signal.SIGKILL)
    rest = list(documents)
    failures = [each for each in rest if isinstance(each, Failure)]
    assert [failure.message for failure in failures] == [
        f"{path}: broke what reads it (SIGKILL): it is damaged, or needs more than 2048 MB of memory"
    ]
    assert isinstance(rest[-1], Document)


def test_a_path_is_meant_from_where_the_batch_is(tmp_path, monkeypatch):
    read(FILES / NAMES[1])
    monkeypatch.chdir(FILES)
    assert read(NAMES[1])[0].name == NAMES[1]


def test_a_process_that_died_while_it_waited_costs_nothing():
    read(FILES / NAMES[1])
    for process in isolated._IDLE:
        process._process.kill()
        process._process.wait()
    assert isinstance(read(FILES / NAMES[1])[0], Document)


def reading():
    """Return the numbers of the processes of this one that read."""
    listed = subprocess.run(["ps", "-ww", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True)
    rows = [line.split(maxsplit=2) for line in listed.stdout.splitlines()]
    return {int(pid) for pid, parent, command in rows if int(parent) == os.getpid() and "reading_process" in command}


def test_a_reader_that_is_dropped_half_way_leaves_no_process(tmp_path):
    path = write_long_workbook(tmp_path / "a.xlsx")
    before = reading()
    documents = read_documents([str(path)], OPTIONS)
    next(documents)
    documents.close()
    assert reading() <= before


def test_threads_have_a_process_each():
    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(lambda name: read(FILES / name), NAMES * 3))
    assert results == [read(FILES / name) for name in NAMES * 3]


@pytest.mark.slow
def test_the_workers_of_a_batch_can_read_too():
    job = delayed(read)
    results = Parallel(n_jobs=2)(job(FILES / name) for name in NAMES)
    assert results == [read(FILES / name) for name in NAMES]


def test_the_reading_process_starts_with_little(tmp_path):
    code = (
        "import sys, industag.reading.reading_process; "
        "print(sorted({'sklearn', 'scipy', 'numpy', 'joblib', 'pyarrow', 'pypdfium2', 'click'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_a_file_in_the_current_folder_is_never_run(tmp_path, monkeypatch):
    (tmp_path / "python_calamine.py").write_text("raise SystemExit('run')")
    (tmp_path / "struct.py").write_text("raise SystemExit('run')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", ["", *sys.path])
    monkeypatch.setattr(isolated, "_IDLE", [])
    assert len(read(FILES / "projects.xlsx")) == 3
    isolated._stop_all()


def test_the_process_ends_with_the_one_that_started_it():
    code = (
        "import os, sys; from industag.reading import isolated; from industag.reading.readers import read_documents; "
        f"list(read_documents([{str(FILES / NAMES[1])!r}])); print(isolated._IDLE[0]._process.pid, flush=True); os._exit(1)"
    )
    out = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    deadline = time.monotonic() + 5
    while is_running(int(out.stdout)):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_running(pid):
    listed = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(listed.stdout.strip()) and not listed.stdout.startswith("Z")


def test_a_library_that_is_missing_is_named_with_the_command_that_installs_it(tmp_path, monkeypatch):
    for module in ("pypdfium2", "python_calamine", "pyarrow"):
        (tmp_path / f"{module}.py").write_text(f"raise ModuleNotFoundError('No module named {module}')")
    monkeypatch.setattr("sys.path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(isolated, "_IDLE", [])
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    failures = read(FILES / NAMES[0], FILES / NAMES[2], tmp_path / "a.parquet")
    isolated._stop_all()
    assert [failure.message.split(": needs ")[1] for failure in failures] == [
        "pypdfium2; install it with: pip install 'industag[pdf]'",
        "python_calamine; install it with: pip install 'industag[office]'",
        "pyarrow; install it with: pip install 'industag[parquet]'",
    ]


@pytest.mark.slow
def test_a_long_pdf_is_read_whole(tmp_path):
    letters = str.maketrans("0123456789", "abcdefghij")
    texts = [str(number).translate(letters) for number in range(300)]
    pages = [
        [Written(70, 700 - 20 * line, 11, f"{text} line {line} about wind farms.") for line in range(20)] for text in texts
    ]
    (tmp_path / "a.pdf").write_bytes(make_pdf(pages))
    (document,) = read(tmp_path / "a.pdf")
    assert len(document.page_starts) == 300
    assert document.text[document.page_starts[299] :].startswith("cjj line 0 about")
