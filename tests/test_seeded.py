import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from industag.seeded.estimator import SeededClassifier

ENGLISH = {
    "sport": "match goal striker league coach stadium referee penalty season trophy keeper pitch fans derby",
    "money": "shares market bank profit dividend bond investor fund quarter earnings loan trader index yield",
    "space": "rocket orbit satellite launch astronaut booster payload lunar mission capsule telescope probe crater comet",
}
CHINESE = {
    "体育": "比赛 进球 前锋 联赛 教练 球场 裁判 点球 赛季 冠军 门将 球迷 德比 球队",
    "财经": "股票 市场 银行 利润 分红 债券 投资 基金 季度 收益 贷款 交易 指数 汇率",
    "航天": "火箭 轨道 卫星 发射 宇航 助推 载荷 月球 任务 飞船 望远 探测 陨坑 彗星",
}
KEYWORDS = {"sport": ["goal"], "money": ["shares"], "space": ["rocket"]}
COMMON = "today people said report year new time city plan group week order month day".split()


def corpus(topics, joiner, n_texts=300, seed=0, shares=None):
    """Return texts of a few words of one topic among common words, and their topics."""
    random = np.random.default_rng(seed)
    labels = random.choice(list(topics), n_texts, p=shares)
    texts = []
    for label in labels:
        words = [*random.choice(topics[label].split(), 5, replace=False), *random.choice(COMMON, 4)]
        texts.append(joiner.join(random.permutation(words)))
    return texts, labels


def accuracy(predicted, labels):
    return float((np.asarray(predicted) == labels).mean())


def test_one_keyword_a_label_teaches_the_words_around_it():
    texts, labels = corpus(ENGLISH, " ")
    classifier = SeededClassifier(n_components=20).fit(texts, KEYWORDS)
    assert accuracy(classifier.labels_, labels) > 0.95
    new_texts, new_labels = corpus(ENGLISH, " ", seed=1)
    without = [text.replace("goal", "").replace("shares", "").replace("rocket", "") for text in new_texts]
    assert accuracy(classifier.predict(without), new_labels) > 0.95


def test_chinese_needs_no_segmenter():
    texts, labels = corpus(CHINESE, "")
    classifier = SeededClassifier(n_components=20).fit(texts, {"体育": ["进球"], "财经": ["股票"], "航天": ["火箭"]})
    assert accuracy(classifier.labels_, labels) > 0.9


def test_skewed_labels_keep_their_shares():
    texts, labels = corpus(ENGLISH, " ", n_texts=600, shares=[0.8, 0.15, 0.05])
    classifier = SeededClassifier(n_components=20).fit(texts, KEYWORDS)
    assert accuracy(classifier.labels_, labels) > 0.95
    assert classifier.shares_[0] > classifier.shares_[1] > classifier.shares_[2]
    assert np.isclose(classifier.shares_.sum(), 1.0)


def test_labels_that_are_given_are_kept_and_help():
    texts, labels = corpus(ENGLISH, " ")
    poor = {"sport": ["time"], "money": ["shares"], "space": ["week"]}  # keywords that say nothing
    y = [label if number < 60 else None for number, label in enumerate(labels)]
    blind = SeededClassifier(n_components=20).fit(texts, poor)
    helped = SeededClassifier(n_components=20).fit(texts, poor, y)
    assert helped.labels_[:60].tolist() == labels[:60].tolist()
    assert accuracy(helped.labels_[60:], labels[60:]) > max(0.9, accuracy(blind.labels_[60:], labels[60:]))


def test_the_same_input_gives_the_same_answer():
    texts, _ = corpus(ENGLISH, " ")
    first, second = (SeededClassifier(n_components=20).fit(texts, KEYWORDS) for _ in range(2))
    assert first.labels_.tolist() == second.labels_.tolist()
    assert np.array_equal(first.predict_proba(texts), second.predict_proba(texts))


def test_probabilities_add_up_to_one():
    texts, labels = corpus(ENGLISH, " ")
    probabilities = SeededClassifier(n_components=20).fit(texts, KEYWORDS).predict_proba([*texts[:5], ""])
    assert np.allclose(probabilities.sum(axis=1), 1.0)
    assert [list(KEYWORDS)[number] for number in probabilities[:5].argmax(axis=1)] == labels[:5].tolist()


def test_keywords_that_never_occur_do_no_harm():
    texts, labels = corpus(ENGLISH, " ")
    keywords = {**KEYWORDS, "sport": ["goal", "quidditch"], "nothing": ["xylophone"]}
    assert accuracy(SeededClassifier(n_components=20).fit(texts, keywords).labels_, labels) > 0.95


def test_it_can_be_cloned_and_must_be_fitted():
    classifier = clone(SeededClassifier(n_rounds=3))
    assert classifier.get_params()["n_rounds"] == 3
    with pytest.raises(NotFittedError):
        classifier.predict(["x"])


@pytest.mark.parametrize(
    ("keywords", "y", "message"),
    [
        ({"sport": ["goal"]}, None, "keywords of at least two labels"),
        ({"sport": ["goal"], "money": ["xylophone"]}, None, "must occur in the texts"),
        (KEYWORDS, [None], "300 texts, but 1 labels"),
        (KEYWORDS, ["art"] + [None] * 299, "label 'art' has no keywords"),
    ],
)
def test_bad_input_is_named(keywords, y, message):
    texts, _ = corpus(ENGLISH, " ")
    with pytest.raises(ValueError, match=message):
        SeededClassifier(n_components=20).fit(texts, keywords, y)
