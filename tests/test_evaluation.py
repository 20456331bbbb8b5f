import json
import subprocess
import sys

import pytest

import industag
from industag.evaluation import evaluate, quality
from industag.labelled import LabelledText, read_labelled


def gold(*rows):
    return [LabelledText("x", frozenset(labels), frozenset(maybe), language=language) for labels, maybe, language in rows]


def test_right_wrong_and_missed_labels_are_counted_with_their_ancestors(tiny):
    texts = gold((["perovskite"], [], "en"), ([], [], "zh"), (["wind"], [], "zh"))
    results = evaluate(texts, [["sun"], ["wind"], ["wind"]], tiny)
    overall = results["all", "class"]
    # right: sun, energy / wind, energy; missed: perovskite; wrong: wind, energy
    assert (overall.precision, overall.recall) == (4 / 6, 4 / 5)
    assert results["zh", "any"].precision == 0.5
    assert results["en", "class"].texts == 1


def test_a_maybe_counts_neither_way(tiny):
    texts = gold((["wind"], ["sun"], "en"))
    for predicted in (["wind"], ["wind", "sun"]):
        result = evaluate(texts, [predicted], tiny)["all", "class"]
        assert (result.precision, result.recall) == (1.0, 1.0)


def test_nothing_to_judge_gives_zeros():
    assert quality([]).f1 == 0.0


def test_the_figures_are_those_of_the_reference_script(tagger, shared, tmp_path):
    path = shared / "gold" / "dev.jsonl"
    texts = read_labelled(path, tagger.taxonomy)
    predicted = [tagged.labels for tagged in tagger.tag(text.text for text in texts)]
    ours = evaluate(texts, predicted, tagger.taxonomy)
    lines = [json.dumps({"id": t.id, "labels": list(p)}) for t, p in zip(texts, predicted, strict=True)]
    (tmp_path / "predicted.jsonl").write_text("\n".join(lines))
    command = [sys.executable, str(shared / "gold" / "score.py"), str(path), str(tmp_path / "predicted.jsonl"), "--json"]
    theirs = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    for (group, level), q in ours.items():
        reference = theirs[f"{group}.{level}"]
        figures = (q.precision, q.recall, q.f1, q.low, q.high, q.macro_f1)
        names = ("p", "r", "f1", "low", "high", "macro")
        assert [round(x, 4) for x in figures] == pytest.approx([reference[n] for n in names], abs=1e-4)


def test_real_labelled_sentences_are_tagged_as_well_as_promised(tagger, shared):
    texts = read_labelled(shared / "gold" / "dev.jsonl", tagger.taxonomy)
    results = evaluate(texts, [tagged.labels for tagged in tagger.tag(text.text for text in texts)], tagger.taxonomy)
    assert results["all", "class"].f1 >= 0.84
    assert results["all", "field"].f1 >= 0.87
    assert results["all", "class"].precision >= 0.85
    assert abs(results["en", "class"].f1 - results["zh", "class"].f1) <= 0.04


def test_every_public_name_is_there():
    for name in industag.__all__:
        assert getattr(industag, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        industag.nothing  # noqa: B018
