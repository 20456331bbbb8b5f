import io
import json

import pytest

from industag.batch.progress import ProgressReport
from industag.output.tally import Tally


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 100.0

    monkeypatch.setattr("industag.batch.progress.time.monotonic", lambda: Clock.now)
    return Clock


def tally(sentences, failed=0):
    found = Tally()
    found.statuses.update({"none": sentences, "error": failed})
    return found


def test_a_machine_gets_a_line_of_json_each_second_and_one_at_the_end(clock):
    report = ProgressReport("json", io.StringIO(), clock.now)
    report.begin(100)
    for step in range(1, 21):
        clock.now += 0.25
        report.advance(100 + step * 5, 200, tally(step * 10, failed=1))
    states = [json.loads(line) for line in report.file.getvalue().splitlines()]
    assert [state["seconds"] for state in states] == [0.2, 1.2, 2.2, 3.2, 4.2, 5.0]
    assert states[-1] == {
        "done": 1.0,
        "bytes": 200,
        "bytes_total": 200,
        "sentences": 200,
        "failed": 1,
        "sentences_per_second": 40.0,
        "seconds": 5.0,
        "seconds_left": 0.0,
    }
    assert states[1]["seconds_left"] == round((200 - 125) * 1.25 / 25, 1)


def test_a_person_gets_a_bar_with_rate_time_left_and_failures(clock):
    report = ProgressReport("bar", io.StringIO(), clock.now)
    clock.now += 10
    report.advance(250_000, 1_000_000, tally(12_000, failed=2))
    line = "[######------------------]  25%, 12,000 sentences, 1,200 a second, 0:00:30 left, 2 failed"
    assert report.file.getvalue() == f"\r\033[K{line}"


def test_messages_stand_on_lines_of_their_own_and_control_nothing():
    report = ProgressReport("bar", io.StringIO())
    report.say("a.txt: \x1b[2J gone")
    assert report.file.getvalue() == "\r\033[Kindustag: a.txt: \ufffd[2J gone\n"


def test_nothing_is_told_where_nothing_is_wanted():
    report = ProgressReport("none", io.StringIO())
    report.advance(1, 2, tally(5))
    report.clear()
    assert report.file.getvalue() == ""
