import numpy as np
import pytest

from industag.classifier import Classifier
from industag.errors import SeedsError, UnknownLabelError
from industag.learned import (
    LearnedTerm,
    TermWeight,
    read_learned_terms,
    read_term_weights,
    table_of_terms,
    table_of_weights,
)
from industag.seeds import load_term_weights
from industag.taxonomy_files import load_taxonomy
from industag.training import train

TERMS = "label\tterm\twith_label\tin_all\tweight\n"
WEIGHTS = "label\tterm\tidf\tweight\n"


def test_tables_are_read_as_they_were_written(tiny, tmp_path):
    terms = [LearnedTerm("wind", "nacelle", 3, 4, 0.5), LearnedTerm("sun", "光伏板", 3, 4, 1.0)]
    (tmp_path / "terms.tsv").write_text(table_of_terms(terms), "utf-8")
    assert read_learned_terms(tmp_path / "terms.tsv", tiny) == terms
    weights = [TermWeight("wind", "nacelle", 7.5, 1.25), TermWeight("sun", "nacelle", 7.5, -2.0)]
    (tmp_path / "weights.tsv").write_text(table_of_weights(weights), "utf-8")
    assert read_term_weights(tmp_path / "weights.tsv", tiny) == weights


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "the first line must be the columns label, term, with_label"),
        ("label\tterm\n", "the first line must be"),
        (TERMS + "wind\tnacelle\t1\t1", "4 columns instead of 5"),
        (TERMS + "wnd\tnacelle\t1\t1\t1", "did you mean 'wind'"),
        (TERMS + "wind\t \t1\t1\t1", "the term is missing"),
        (TERMS + "wind\tnacelle\t1\t1\t2", "at most 1, not 2"),
        (TERMS + "wind\tnacelle\t1\tmany\t1", "many"),
        (TERMS + "wind\tnacelle\t1\t1\t1\nwind\tnacelle\t1\t1\t0.5", "in line 2 already"),
    ],
)
def test_terms_that_cannot_be_used_are_refused_with_their_line(tiny, tmp_path, content, says):
    path = tmp_path / "terms.tsv"
    path.write_text(content, "utf-8")
    with pytest.raises(SeedsError, match=says) as error:
        read_learned_terms(path, tiny)
    assert str(path) in str(error.value)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("wind\tnacelle\t0.5\t1", "an idf is 1 or more"),
        ("wind\tWind Power\t5\t1", "is no term: small letters, without spaces"),
        ("wind\tnacelle\tnan\t1", "an idf is 1 or more"),
        ("wind\tnacelle\t5\tinf", "numbers below 1000"),
        ("wind\tnacelle\t5\t1\nsun\tnacelle\t6\t1", "another idf in a line before"),
    ],
)
def test_weights_that_cannot_be_used_are_refused_with_their_line(tiny, tmp_path, rows, says):
    path = tmp_path / "weights.tsv"
    path.write_text(WEIGHTS + rows, "utf-8")
    with pytest.raises(SeedsError, match=says):
        read_term_weights(path, tiny)


def test_all_rows_that_cannot_be_used_are_told_up_to_twenty(tiny, tmp_path):
    path = tmp_path / "terms.tsv"
    path.write_text(TERMS + "wind\n" * 30, "utf-8")
    with pytest.raises(SeedsError, match="and 10 more"):
        read_learned_terms(path, tiny)
    with pytest.raises(SeedsError, match="nowhere"):
        read_learned_terms(tmp_path / "nowhere.tsv", tiny)


def test_a_label_that_is_none_is_named_whoever_learned_it(tiny):
    for settings in (
        {"learned": [LearnedTerm("wnd", "nacelle", 1, 1)]},
        {"starts": [TermWeight("wnd", "nacelle", 5.0, 1.0)]},
    ):
        with pytest.raises(UnknownLabelError, match="did you mean 'wind'"):
            Classifier(tiny, **settings).fit([], [])


def test_without_texts_the_weights_of_terms_are_what_they_begin_with(tiny):
    starts = [TermWeight("wind", "nacelle", 7.5, 6.0), TermWeight("sun", "叠层", 6.5, 7.0)]
    scorer = Classifier(tiny, starts=starts).fit([], []).scorer_
    assert scorer.term_weights() == sorted(starts, key=lambda each: tiny.ids.index(each.label))
    assert train(tiny, starts=starts).tagger.tag(["A nacelle", "叠层组件", "A rotor"])[0].labels == ("wind",)


def test_texts_move_the_weights_away_from_where_they_begin(tiny):
    starts = [TermWeight("wind", "rotor", 5.0, 4.0)]
    told = Classifier(tiny, starts=starts).fit(["a rotor of a helicopter", "rotor"] * 20, [[]] * 40).scorer_.term_weights()
    (weight,) = [each.weight for each in told if (each.label, each.term) == ("wind", "rotor")]
    assert weight < 3.0
    assert {each.idf for each in told if each.term == "rotor"} == {5.0}


def test_weights_begin_in_any_part_of_the_texts(tiny):
    """Cross-validation trains on parts of the texts in which a term may not stand at all."""
    starts = [TermWeight("wind", "nacelle", 7.5, 6.0)]
    classifier = Classifier(tiny, starts=starts).fit(["a wind turbine"] * 3, [["wind"]] * 3)
    assert np.isfinite(classifier.decision_function(["nacelle"])).all()


def test_the_weights_that_ship_are_of_labels_and_terms_only():
    weights = load_term_weights(load_taxonomy())
    assert len(weights) > 1000
    assert min(abs(each.weight) for each in weights) >= 1
    assert max(len(each.term) for each in weights) < 40
