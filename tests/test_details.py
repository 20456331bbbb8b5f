import pytest

from industag.details import NOTHING, by_label, by_source, confusions, format_details, judged_texts, proportion, reliability
from industag.labelled import LabelledText

GOLD = [
    LabelledText("turbines", frozenset({"wind"}), source="news"),
    LabelledText("cells", frozenset({"perovskite"}), frozenset({"wind"}), source="news"),
    LabelledText("cells again", frozenset({"perovskite"}), source="papers"),
    LabelledText("tea", frozenset(), source="papers"),
]
PREDICTED = [["wind"], ["wind"], ["wind"], []]


def test_each_label_is_counted_with_its_ancestors_and_without_doubtful_ones(tiny):
    found = {each.label: each for each in by_label(judged_texts(GOLD, PREDICTED, tiny), tiny)}
    assert (found["wind"].right, found["wind"].wrong, found["wind"].missed) == (1, 1, 0)
    assert (found["perovskite"].right, found["perovskite"].missed) == (0, 2)
    assert (found["energy"].right, found["energy"].wrong) == (3, 0)
    assert found["wind"].precision[0] == 0.5
    assert list(found) == ["energy", "wind", "sun", "perovskite"]


def test_sources_are_judged_apart(tiny):
    found = by_source(GOLD, judged_texts(GOLD, PREDICTED, tiny))
    assert list(found) == ["news", "papers"]
    assert found["news"].precision == 1.0
    assert found["papers"].precision == 0.5


def test_confusions_are_pairs_with_an_example(tiny):
    found = confusions(GOLD, judged_texts(GOLD, PREDICTED, tiny), tiny)
    assert [(each.right, each.given, each.times, each.example) for each in found] == [
        ("perovskite", NOTHING, 1, "cells"),
        ("perovskite", "wind", 1, "cells again"),
    ]


def test_probabilities_that_hold_have_no_calibration_error(tiny):
    gold = [LabelledText(str(number), frozenset({"wind"} if number < 8 else ())) for number in range(10)]
    honest, bins = reliability(gold, [{"wind": 0.8, "sun": 0.01}] * 10, tiny)
    assert honest == pytest.approx(0.0)
    assert [(each.low, each.answers) for each in bins] == [(0.8, 10)]
    boastful, _ = reliability(gold, [{"wind": 1.0}] * 10, tiny)
    assert boastful == pytest.approx(0.2)
    assert reliability([], [], tiny) == (0.0, [])


def test_intervals_are_wide_where_there_is_little():
    assert proportion(0, 0) == (0.0, 0.0, 1.0)
    narrow, wide = proportion(90, 100), proportion(9, 10)
    assert wide[2] - wide[1] > narrow[2] - narrow[1]


def test_the_report_tells_it_all(tiny):
    text = "\n".join(format_details(GOLD, PREDICTED, [{"wind": 0.9}, {"wind": 0.6}, {"wind": 0.7}, {"wind": 0.1}], tiny))
    for part in ("By label", "By source", "expected calibration error", "(few)", "perovskite -> wind", "cells again"):
        assert part in text
