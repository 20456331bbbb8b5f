import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from industag.classifier import KEYWORD_SCORE, START_SCORE, Classifier
from industag.errors import UnknownLabelError

TEXTS = [
    "The wind turbine turns off the coast",
    "Offshore farms moor their nacelles at sea",
    "Nacelles and rotors are shipped to the sea port",
    "Panels on roofs, a solar cell each",
    "Roofs with panels make current at noon",
    "The blade of a kitchen knife",
    "The solar eclipse was seen at noon",
    "He bought a house at the coast",
]
LABELS = [["wind"], ["wind"], ["wind"], ["sun"], ["sun"], [], [], []]


def column(classifier, label):
    return list(classifier.classes_).index(label)


def test_without_texts_a_keyword_is_its_prior(tiny):
    classifier = Classifier(tiny).fit([], [])
    scores = classifier.decision_function(["a wind turbine", "nothing at all", "wind and a blade"])
    assert scores[:, column(classifier, "wind")].tolist() == [
        START_SCORE + KEYWORD_SCORE, START_SCORE, START_SCORE + 0.5 * KEYWORD_SCORE,
    ]  # fmt: skip


def test_labelled_texts_teach_words_that_are_no_keywords(tiny):
    before = Classifier(tiny).fit([], [])
    after = Classifier(tiny).fit(TEXTS, LABELS)
    text = ["Nacelles at sea"]
    gain = after.decision_function(text) - before.decision_function(text)
    assert gain[0, column(after, "wind")] > 0.5
    assert abs(gain[0, column(after, "sun")]) < 0.2


def test_labels_do_not_make_it_forget_its_keywords(tiny):
    classifier = Classifier(tiny).fit(TEXTS * 20, LABELS * 20)
    predicted = classifier.predict(["风力发电", "a wind turbine", "perovskite solar cell", "a kitchen"])
    assert predicted[:, column(classifier, "wind")].tolist() == [True, True, False, False]
    assert predicted[:, column(classifier, "perovskite")].tolist() == [False, False, True, False]


def test_texts_that_mislead_a_keyword_weaken_it(tiny):
    misleading = [f"{word} wears a sun emblem" for word in ("He", "She", "Anna", "The king", "Tom")] * 6
    classifier = Classifier(tiny, keyword_precision=0.1).fit(misleading, [[]] * 30)
    before = Classifier(tiny).fit([], []).decision_function(["sun emblem"])
    assert (
        classifier.decision_function(["sun emblem"])[0, column(classifier, "sun")] < before[0, column(classifier, "sun")] - 3
    )


def test_a_text_of_a_child_says_nothing_about_the_parents_words(tiny):
    texts = ["Thin films of crystals glow", "Crystals in thin films again"]
    classifier = Classifier(tiny).fit(texts, [["perovskite"], ["perovskite"]])
    scores = classifier.decision_function(["Thin films of crystals"])
    assert scores[0, column(classifier, "perovskite")] > START_SCORE + 0.5
    assert scores[0, column(classifier, "sun")] == START_SCORE


def test_fitting_twice_gives_the_same_weights(tiny):
    first, second = Classifier(tiny).fit(TEXTS, LABELS), Classifier(tiny).fit(TEXTS, LABELS)
    assert np.array_equal(first.scorer_.weights.term, second.scorer_.weights.term)
    assert np.array_equal(first.scorer_.weights.keyword, second.scorer_.weights.keyword)


def test_it_has_parameters_as_scikit_learn_wants_them(tiny):
    classifier = Classifier(tiny, term_precision=2.0)
    assert clone(classifier).get_params()["term_precision"] == 2.0
    assert classifier.set_params(min_texts=3).min_texts == 3


def test_probabilities_and_predictions_follow_from_the_scores(tiny):
    classifier = Classifier(tiny).fit(TEXTS, LABELS)
    scores = classifier.decision_function(TEXTS)
    assert np.allclose(classifier.predict_proba(TEXTS), 1 / (1 + np.exp(-scores)))
    assert np.array_equal(classifier.predict(TEXTS), scores > 0)
    assert classifier.decision_function([]).shape == (0, 4)


def test_texts_may_come_in_several_calls(tiny):
    at_once = Classifier(tiny).fit(TEXTS, LABELS)
    in_parts = Classifier(tiny).partial_fit(TEXTS[:3], LABELS[:3]).partial_fit(TEXTS[3:], LABELS[3:])
    assert np.array_equal(at_once.scorer_.weights.term, in_parts.scorer_.weights.term)


def test_bad_input_is_named(tiny):
    with pytest.raises(ValueError, match="2 texts, but 1 sets of labels"):
        Classifier(tiny).fit(["a", "b"], [[]])
    with pytest.raises(TypeError, match="labels must be sets of ids"):
        Classifier(tiny).fit(["a"], ["wind"])
    with pytest.raises(TypeError, match="not a single text"):
        Classifier(tiny).fit([], []).predict("wind")
    with pytest.raises(NotFittedError):
        Classifier(tiny).predict(["wind"])
    with pytest.raises(ValueError, match="keyword_precision must be above 0"):
        Classifier(tiny, keyword_precision=0).fit([], [])
    with pytest.raises(UnknownLabelError, match="did you mean 'wind'"):
        Classifier(tiny).fit(["a"], [["wint"]])
