import math

import numpy as np
import pytest

from industag.classifier import Classifier, given_matrix
from industag.corpus import Corpus
from industag.keywords import compile_rules

TEXTS = ["wind power and wind", "a wind farm", "solar cells", "海上风电场", "海上风电 wind farm", "", "sun hat and sun"]
LABELS = [["wind"], ["wind"], ["sun"], ["wind"], ["wind"], [], []]


@pytest.fixture
def corpus(tiny):
    return Corpus.of(TEXTS, compile_rules(tiny), min_texts=2)


def test_only_terms_of_enough_texts_are_kept_with_their_idf(corpus):
    vocabulary, columns = corpus.vocabulary(3, {})
    assert vocabulary.keys == ("wind",)
    assert [corpus.keys[column] for column in columns] == ["wind"]
    assert vocabulary.idf.tolist() == [1.0 + math.log(8 / 4)]
    assert "windfarm" in corpus.keys and "solar" not in corpus.keys


def test_some_of_the_texts_are_a_corpus_too(corpus, tiny):
    rows = [4, 0, 1]
    part, alone = corpus.take(rows), Corpus.of([TEXTS[row] for row in rows], compile_rules(tiny), min_texts=2)
    vocabulary, columns = part.vocabulary(2, {})
    expected, own_columns = alone.vocabulary(2, {})
    assert vocabulary.keys == expected.keys and vocabulary.idf.tolist() == expected.idf.tolist()
    values, wanted = part.values(columns, vocabulary.idf), alone.values(own_columns, expected.idf)
    assert np.allclose(values.toarray(), wanted.toarray(), atol=0)
    assert (part.keywords.toarray() == alone.keywords.toarray()).all()


def test_values_are_those_of_reading_one_by_one(corpus, tiny):
    classifier = Classifier(tiny).fit(TEXTS, LABELS)
    vocabulary, columns = corpus.vocabulary(2, {})
    values = corpus.values(columns, vocabulary.idf).toarray()
    reader = classifier.scorer_.reader
    for row, text in enumerate(TEXTS):
        numbers, found = reader.term_values(reader.read(text))
        assert values[row, numbers] == pytest.approx(found, abs=1e-15)
        assert np.count_nonzero(values[row]) == len(numbers)


def test_a_corpus_is_scored_as_its_texts_are(corpus, tiny):
    given, weights = given_matrix(tiny, TEXTS, LABELS), np.ones(len(TEXTS))
    rest = [0, 1, 3, 4, 6]
    classifier = Classifier(tiny).fit_corpus(corpus.take(rest), given[rest], weights[rest])
    assert classifier.scores_of(corpus) == pytest.approx(classifier.decision_function(TEXTS), abs=1e-12)


def test_no_texts_are_a_corpus(tiny):
    corpus = Corpus.of([], compile_rules(tiny), min_texts=2)
    assert len(corpus) == 0
    assert corpus.vocabulary(1, {})[0].keys == ()
