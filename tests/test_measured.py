import json
import re

import pytest

from industag.card import card
from industag.errors import SeedsError
from industag.evaluation import evaluate
from industag.labelled import LabelledText
from industag.measured import Measured, fingerprint_of_weights, read_measured
from industag.seeds import load_measured
from industag.training import train

GOLD = [LabelledText("风电", frozenset({"wind"}), language="zh"), LabelledText("A solar hat", frozenset(), language="en")]


@pytest.fixture
def measured(tiny_tagger):
    predicted = [tagged.labels for tagged in tiny_tagger.tag(text.text for text in GOLD)]
    figures = evaluate(GOLD, predicted, tiny_tagger.taxonomy)
    return Measured("two sentences", fingerprint_of_weights(tiny_tagger.scorer), figures)


def test_a_record_comes_back_as_it_was_written(measured, tmp_path):
    path = tmp_path / "measured.json"
    path.write_text(measured.to_json(), "utf-8")
    back = read_measured(path)
    assert (back.on, back.weights, back.to_json()) == (measured.on, measured.weights, measured.to_json())
    assert read_measured(tmp_path / "none.json") is None


def test_the_card_shows_the_figures_and_whose_they_are(measured, tiny):
    trained = train(tiny)
    assert "On two sentences.\n" in card(trained, measured)
    assert re.search(r"all.class +2 +1.000", card(trained, measured))
    other = Measured(measured.on, "0" * 12, measured.quality)
    assert "of another model" in card(trained, other)
    assert "on real text" not in card(trained)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"on": "x", "weights": "y", "quality": {"all": {}}}', "[" * 100_000])
def test_a_broken_record_is_refused(content, tmp_path):
    path = tmp_path / "measured.json"
    path.write_text(content, "utf-8")
    with pytest.raises(SeedsError, match=r"measured\.json: holds no figures"):
        read_measured(path)


def test_the_shipped_figures_are_those_of_the_shipped_weights(tagger):
    recorded = load_measured()
    assert recorded is not None
    assert recorded.weights == fingerprint_of_weights(tagger.scorer)


def test_the_command_line_writes_a_record(tmp_path):
    from click.testing import CliRunner

    from industag.cli import main

    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({"text": "海上风电场", "labels": ["wind-power"]}) + "\n", "utf-8")
    result = CliRunner().invoke(main, ["evaluate", str(gold), "--record", str(tmp_path / "m.json"), "one sentence"])
    assert result.exit_code == 0
    assert read_measured(tmp_path / "m.json").on == "one sentence"
