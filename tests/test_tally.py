import pytest

from industag.output.rows import Row
from industag.output.tally import MOST_FAILURES, Tally


def row(status="none", sentence=1, error="", columns=None):
    return Row("a", None, sentence, 0, 0, None, "", status, error=error, columns=columns or {})


def tally_of(*rows):
    tally = Tally()
    assert list(tally.counting(rows)) == list(rows)
    return tally


def test_sentences_documents_and_failures_are_counted():
    tally = tally_of(row("tagged"), row("none", 2), row("none", 0), row("error", 0, "a: gone"))
    assert (tally.sentences, tally.documents, tally.statuses["error"], tally.failures) == (2, 3, 1, ["a: gone"])


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2], "whole"),
        ([1, None, 2.5], "number"),
        ([True], "flag"),
        ([1, True], "text"),
        ([None], ""),
        ([1 << 63], "text"),
        ([["a"]], "text"),
        (["a", 1], "text"),
    ],
)
def test_the_kind_of_a_column_is_one_that_holds_all_its_values(values, kind):
    rows = [row(columns={"x": value, "text": "y"}) for value in values]
    whole = tally_of(*rows)
    assert whole.columns == {"x": kind, "column.text": "text"}
    parts = Tally()
    for each in rows:
        parts.add(Tally.from_json(tally_of(each).to_json()))
    assert parts == whole


def test_messages_are_kept_of_the_first_failures_only():
    tally = tally_of(*[row("error", 0, f"{n}") for n in range(150)])
    tally.add(tally_of(row("error", 0, "last")))
    assert (tally.statuses["error"], len(tally.failures)) == (151, MOST_FAILURES)
