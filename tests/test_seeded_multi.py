"""Several labels a text, none of them, and labels in a tree."""

import numpy as np
import pytest
from sklearn.metrics import f1_score
from test_seeded import CHINESE, COMMON, ENGLISH, KEYWORDS, accuracy, corpus

from industag import SeededClassifier

CHINESE_KEYWORDS = {"体育": ["进球"], "财经": ["股票"], "航天": ["火箭"]}
CHINESE_COMMON = "今天 表示 报道 年度 时间 城市 计划 小组 星期 命令 月份 日子 情况 方面 问题".split()
PARENTS = {"sport": "leisure", "money": "work", "space": "work"}


def mixed(topics, common, joiner, n_texts=1200, seed=0):
    """Return texts about one topic, about two, and about none, in turn, and whether each has each topic."""
    random = np.random.default_rng(seed)
    texts, truth = [], np.zeros((n_texts, len(topics)), dtype=bool)
    for number in range(n_texts):
        about = random.choice(len(topics), (0, 1, 1, 2)[number % 4], replace=False)
        words = [word for each in about for word in random.choice(list(topics.values())[each].split(), 5, replace=False)]
        words += [*random.choice(common, 10 - 5 * min(len(about), 1), replace=False)]
        texts.append(joiner.join(random.permutation(words)))
        truth[number, about] = True
    return texts, truth


@pytest.mark.parametrize(
    ("topics", "common", "joiner", "keywords"),
    [(ENGLISH, COMMON, " ", KEYWORDS), (CHINESE, CHINESE_COMMON, "，", CHINESE_KEYWORDS)],
    ids=["English", "Chinese"],
)
def test_texts_get_all_their_labels_and_unrelated_ones_none(topics, common, joiner, keywords):
    texts, truth = mixed(topics, common, joiner)
    classifier = SeededClassifier(multi_label=True, background=True).fit(texts, keywords)
    assert f1_score(truth, classifier.labels_, average="micro") > 0.9
    none = ~truth.any(axis=1)
    assert classifier.labels_[none].any(axis=1).mean() < 0.1
    new_texts, new_truth = mixed(topics, common, joiner, n_texts=200, seed=1)
    assert f1_score(new_truth, classifier.predict(new_texts), average="micro") > 0.85


def test_without_a_background_every_text_gets_a_label():
    texts, truth = mixed(ENGLISH, COMMON, " ")
    classifier = SeededClassifier(multi_label=True).fit(texts, KEYWORDS)
    assert classifier.labels_.any(axis=1).all()
    assert f1_score(truth[truth.any(axis=1)], classifier.labels_[truth.any(axis=1)], average="micro") > 0.9
    assert np.allclose(classifier.predict_proba([*texts[:4], ""]).sum(axis=1), 1.0)


def test_a_single_label_can_have_a_background_too():
    texts, truth = mixed({"sport": ENGLISH["sport"], "money": ENGLISH["money"]}, COMMON, " ")
    keywords = {"sport": ["goal", "league"], "money": ["shares", "bank"]}
    classifier = SeededClassifier(background=True, n_components=10).fit(texts, keywords)
    none, one = ~truth.any(axis=1), truth.sum(axis=1) == 1
    assert np.mean([label is None for label in classifier.labels_[none]]) > 0.9
    names = np.array(["sport", "money"])[truth[one].argmax(axis=1)]
    assert np.mean(classifier.labels_[one] == names) > 0.9
    assert (classifier.predict_proba(texts).sum(axis=1) <= 1.0 + 1e-6).all()


def test_in_a_tree_what_has_a_label_has_those_above_it():
    texts, truth = mixed(ENGLISH, COMMON, " ")
    classifier = SeededClassifier(multi_label=True, background=True).fit(texts, KEYWORDS, parents=PARENTS)
    assert classifier.classes_.tolist() == ["sport", "money", "space", "leisure", "work"]
    sport, money, space, leisure, work = classifier.labels_.T
    assert (sport <= leisure).all() and (money | space <= work).all()
    assert f1_score(truth[:, 1:].any(axis=1), work) > 0.9
    probabilities = classifier.predict_proba(texts)
    assert (probabilities[:, 4] >= probabilities[:, [1, 2]].max(axis=1) - 1e-6).all()
    assert np.allclose(probabilities[:, 3], probabilities[:, 0])


def test_in_a_tree_a_single_label_is_the_most_specific_one():
    texts, labels = corpus(ENGLISH, " ")
    classifier = SeededClassifier(n_components=20).fit(texts, KEYWORDS, parents=PARENTS)
    assert accuracy(classifier.labels_, labels) > 0.95
    assert classifier.tree_.path(classifier.labels_[0])[-1] == classifier.labels_[0]
    probabilities = classifier.predict_proba(texts)
    assert np.allclose(probabilities[:, 3:].sum(axis=1), 1.0)
    assert np.allclose(probabilities[:, 4], probabilities[:, 1] + probabilities[:, 2])


def test_a_label_above_others_can_have_keywords_and_texts_of_its_own():
    texts, labels = corpus(ENGLISH, " ")
    keywords = {"sport": ["goal"], "money": ["shares"], "space": ["rocket"]}
    classifier = SeededClassifier(n_components=20).fit(texts, keywords, parents={"sport": "money"})
    assert accuracy(classifier.labels_, labels) > 0.95
    assert classifier.tree_.path("sport") == ("money", "sport")


@pytest.mark.parametrize("multi_label", [False, True])
def test_the_order_of_the_texts_does_not_matter(multi_label):
    texts, _ = corpus(ENGLISH, " ")
    order = np.random.default_rng(3).permutation(len(texts))
    first = SeededClassifier(n_components=20, multi_label=multi_label, background=True).fit(texts, KEYWORDS)
    second = SeededClassifier(n_components=20, multi_label=multi_label, background=True).fit(
        [texts[number] for number in order], KEYWORDS
    )
    assert (first.labels_[order] == second.labels_).all()
    assert np.allclose(first.predict_proba(texts[:20]), second.predict_proba(texts[:20]), atol=0.01)


def test_the_same_input_gives_the_same_answer():
    texts, _ = mixed(ENGLISH, COMMON, " ")
    first, second = (SeededClassifier(multi_label=True, background=True).fit(texts, KEYWORDS) for _ in range(2))
    assert np.array_equal(first.labels_, second.labels_)
    assert np.array_equal(first.predict_proba(texts), second.predict_proba(texts))


def test_labels_that_are_given_are_kept_and_an_empty_list_means_none():
    texts, truth = mixed(ENGLISH, COMMON, " ")
    names = np.array(list(KEYWORDS))
    y = [names[row].tolist() if number < 80 else None for number, row in enumerate(truth)]
    poor = {"sport": ["time"], "money": ["shares"], "space": ["week"]}  # keywords that say nothing
    blind = SeededClassifier(multi_label=True, background=True).fit(texts, poor)
    helped = SeededClassifier(multi_label=True, background=True).fit(texts, poor, y)
    assert np.array_equal(helped.labels_[:80], truth[:80])
    scores = [f1_score(truth[80:], each.labels_[80:], average="micro") for each in (blind, helped)]
    assert scores[1] > scores[0] + 0.2


def test_a_rare_label_keeps_the_texts_that_its_keyword_names():
    texts, _ = corpus(ENGLISH, " ")
    rare = ["the rye harvest of the week was good for the farmers", "rye prices rose", "rye bread and rye flour"]
    keywords = {**KEYWORDS, "rye": ["rye"]}
    classifier = SeededClassifier(multi_label=True, background=True).fit([*texts, *rare], keywords)
    assert classifier.labels_[-3:, 3].all()
    assert classifier.labels_[:-3, 3].sum() <= 3


def test_more_texts_than_it_learns_from_get_labels_all_the_same():
    texts, labels = corpus(ENGLISH, " ", n_texts=600)
    y = [label if number == 1 else None for number, label in enumerate(labels)]
    classifier = SeededClassifier(n_components=20, max_texts=200).fit(texts, KEYWORDS, y)
    assert len(classifier.labels_) == 600
    assert accuracy(classifier.labels_, labels) > 0.9
    assert classifier.labels_[1] == labels[1]


@pytest.mark.parametrize(
    ("keywords", "y", "parents", "message"),
    [
        ({}, None, None, "give keywords"),
        ({"sport": "goal"}, None, None, "keywords of 'sport' are one text; give a list"),
        ({"sport": ["xylophone"]}, None, None, "must occur in the texts"),
        (KEYWORDS, ["sport"] + [None] * 299, None, "y has 'sport'; give a list of labels"),
        (KEYWORDS, [float("nan")] + [None] * 299, None, "y has nan; give a list of labels"),
        (KEYWORDS, [["sprot"]] + [None] * 299, None, "label 'sprot' has no keywords, did you mean 'sport'"),
        (KEYWORDS, None, {"sport": "sport"}, "stands above itself"),
        (KEYWORDS, None, {"art": "work"}, "label 'art' has a parent but no keywords"),
    ],
)
def test_bad_input_is_named(keywords, y, parents, message):
    texts, _ = corpus(ENGLISH, " ")
    with pytest.raises(ValueError, match=message):
        SeededClassifier(multi_label=True).fit(texts, keywords, y, parents)


@pytest.mark.parametrize(("texts", "message"), [([], "give texts"), (["goal", "shares"], "no term stands in 3 or more")])
def test_too_few_texts_are_named(texts, message):
    with pytest.raises(ValueError, match=message):
        SeededClassifier(multi_label=True).fit(texts, KEYWORDS)


def test_texts_without_any_known_term_do_no_harm():
    texts, _ = corpus(ENGLISH, " ")
    classifier = SeededClassifier(multi_label=True, background=True).fit([*texts, "", "。。。", "\ud800"], KEYWORDS)
    assert classifier.predict(["", "qwxz"]).shape == (2, 3)
    assert np.isfinite(classifier.predict_proba(["", "qwxz"])).all()
    assert classifier.predict([]).shape == (0, 3)
