import numpy as np
import pytest

import industag
from industag.calibration import DEFAULT_THRESHOLD, Calibration, calibrate
from industag.card import card, metrics
from industag.keywords import compile_rules
from industag.labelled import LabelledText
from industag.learned import LearnedTerm
from industag.seeds import load_learned_terms
from industag.taxonomy_files import load_taxonomy
from industag.training import ENOUGH, train


def made_up(n_texts):
    """Return labelled texts: half of them about wind, of which some name it only by its context."""
    texts = []
    for number in range(n_texts):
        if number % 2:
            words = "nacelle rotor mast" if number % 4 == 1 else "wind turbine rotor"
            texts.append(LabelledText(f"{words} site {number}", frozenset({"wind"}), language="en"))
        else:
            texts.append(LabelledText(f"house garden street {number}", frozenset(), language="en"))
    return texts


def test_the_order_of_the_texts_does_not_matter(tiny, tmp_path):
    texts = made_up(60)
    industag.save(train(tiny, texts).tagger, tmp_path / "a")
    industag.save(train(tiny, texts[::-1]).tagger, tmp_path / "b")
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_few_texts_are_not_measured(tiny):
    trained = train(tiny, made_up(20))
    assert trained.quality == {}
    assert trained.measured_on == "nothing"
    assert "fewer than 200 texts" in card(trained)


def test_seeds_are_measured_but_probabilities_are_not_fitted_to_them(tiny):
    trained = train(tiny, made_up(ENOUGH))
    assert trained.measured_on == "seeds"
    assert trained.tagger.calibration.slope.tolist() == [1.0] * 4
    assert trained.quality["all", "class"].f1 > 0.9
    assert "made up for training" in card(trained)
    assert '"measured_on": "seeds"' in metrics(trained)


def test_with_enough_labelled_texts_probabilities_are_fitted_to_them(tiny):
    trained = train(tiny, [], made_up(ENOUGH))
    assert trained.measured_on == "labelled"
    assert trained.tagger.calibration.slope.tolist() != [1.0] * 4
    scores = trained.tagger.score("wind turbine rotor")
    assert scores["wind"] > 0.9


def test_a_users_label_overrules_an_equal_seed(tiny):
    seed = LabelledText("same words", frozenset({"sun"}))
    label = LabelledText("same words", frozenset({"wind"}))
    trained = train(tiny, [seed], [label])
    assert trained.seeds == ()
    assert trained.labelled == (label,)


@pytest.mark.slow
def test_ten_labels_help_and_never_take_a_keyword_away(tagger):
    taxonomy = tagger.taxonomy
    texts = [f"Order {number} for cryogenic wobblers from the foundry" for number in range(10)]
    labelled = [LabelledText(text, frozenset({"quantum-computing"})) for text in texts]
    trained = train(taxonomy, [], labelled)
    before = train(taxonomy).tagger.score("Cryogenic wobblers wanted")["quantum-computing"]
    after = trained.tagger.score("Cryogenic wobblers wanted")["quantum-computing"]
    assert after > before + 0.1
    for label in taxonomy:
        for keyword in label.all_keywords:
            if keyword.weight == 1.0 and not keyword.near and not keyword.negatives:
                scores = trained.tagger.score(keyword.term)
                own = trained.tagger.scorer.read(keyword.term).keywords
                owners = {trained.tagger.scorer.rules.rules[hit.keyword].label for hit in own}
                if taxonomy.ids.index(label.id) in owners:
                    assert scores[label.id] >= 0.5, (label.id, keyword.term)


def test_calibration_makes_probabilities_agree_with_what_happens():
    random = np.random.default_rng(0)
    scores = random.normal(0, 3, (4000, 2))
    chances = 1 / (1 + np.exp(-(0.5 * scores - 1.0)))
    targets = random.random(scores.shape) < chances
    calibration = calibrate(scores, targets, np.ones_like(targets), 0.8)
    assert np.allclose(calibration.slope, 0.5, atol=0.06)
    assert np.allclose(calibration.offset, -1.0, atol=0.15)
    given = calibration.probabilities(scores) >= calibration.threshold
    assert (targets[given].mean() > 0.78).all()


def test_a_label_with_few_texts_keeps_the_default_threshold():
    scores = np.linspace(-3, 3, 100)[:, None]
    targets = np.arange(100)[:, None] > 95
    assert calibrate(scores, targets, np.ones_like(targets), 0.9).threshold.tolist() == [DEFAULT_THRESHOLD]


def test_without_calibration_a_score_is_a_log_odds():
    probabilities = Calibration.identity(2).probabilities(np.array([0.0, 3.0]))
    assert np.allclose(probabilities, [0.5, 1 / (1 + np.exp(-3.0))])


def test_thresholds_aim_at_the_precision_asked_for(tiny):
    labels = (frozenset({"wind"}), frozenset())
    texts = [LabelledText(f"wind power, page {n}", labels[n % 10 < 3], language="en") for n in range(ENOUGH)]
    bold, careful = (train(tiny, (), texts, precision=precision) for precision in (0.6, 0.97))
    assert bold.tagger.tag("wind power").labels == ("wind",)
    assert [tag.label for tag in careful.tagger.tag("wind power").review] == ["wind"]
    assert "aim at a precision of 0.97" in card(careful)
    with pytest.raises(ValueError, match="precision must be between 0 and 1"):
        train(tiny, (), texts, precision=1.5)


def test_no_learned_term_that_ships_is_a_keyword_of_its_label_already():
    taxonomy = load_taxonomy()
    terms = load_learned_terms(taxonomy)
    assert len(terms) > 2000
    assert len(compile_rules(taxonomy, terms).rules) == len(compile_rules(taxonomy).rules) + len(terms)
    assert all(0 <= each.with_label <= each.in_all and each.in_all > 0 for each in terms)


def test_a_learned_term_counts_like_a_keyword_of_its_weight(tiny):
    learned = [
        LearnedTerm("wind", "nacelle", 9, 10, 1.0),
        LearnedTerm("wind", "rotor", 3, 10),
        LearnedTerm("wind", "mast", 3, 10),
    ]
    tagger = train(tiny, learned=learned).tagger
    assert tagger.tag(["A nacelle", "A rotor", "A rotor and a mast"])[0].labels == ("wind",)
    assert [text.labels for text in tagger.tag(["A rotor", "A rotor and a mast"])] == [(), ("wind",)]
