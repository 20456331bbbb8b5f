"""The compiled loops answer as the rest of the package does, which is the definition of right.

Run with NUMBA_BOUNDSCHECK=1, every access of an array in them is checked as well.
"""

from __future__ import annotations

from itertools import pairwise
from operator import itemgetter
from time import thread_time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("numba")

from industag.answers import AS_USUAL, TaggedText, TagOptions
from industag.artefact import load
from industag.calibration import Calibration
from industag.fast import FastTagger, is_worth_it
from industag.kernel import key_table, wide
from industag.kernel.characters import CODE, MARK, SEVERAL, characters, place_of
from industag.kernel.compiling import compiled
from industag.kernel.engine import Answers, Engine
from industag.labelled import LabelledText
from industag.learned import TermWeight
from industag.normalise import fold, fold_keeping_case
from industag.seeds import load_seed_sentences
from industag.tagger import Tagger
from industag.taxonomy import LEVELS, Keyword, Label, Taxonomy
from industag.training import train
from industag.units import kind_of

pytestmark = pytest.mark.slow

PIECES = [
    "wind power", "wind turbine blades", "PV", "pv", "solar cells", "perovskite solar cell", "a sun hat", "the sun",
    "风电", "风 电", "太阳镜", "太阳", "钙钛矿", "光伏产业", "Quantum computers", "quantum leap", "solid-\nstate battery",
    "人工智能", "ＡＩ", "發展機器人", "5G", "6 G", "6G", "5.5", "1.", "½", "㎢", "ﷺ", "R&D", "+", "É", "İ", "ß", "⒈5",
    "Dr. Li", "e.g.", "etc. The", "p.m. It", "第一章", "（二）", "1.2 亿", "……", "。”", "?!", "\u00ad", "\u200b", "\u0301",
    "\U0001f600", "\U00020000", "\U000e0041", "\U00034001", "\ud800", "\x00", "\n", "\n\n", "\f", "\u2028", "\u3000", "\t",
    "-", "|", "_", ",", "，", ". ", "。", "word " * 30, "没有空格的很长的一行" * 9, " ",
]  # fmt: skip

texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=25).map("".join)
options = st.sampled_from(
    [
        TagOptions(),
        TagOptions(level="field"),
        TagOptions(min_probability=0.0),
        TagOptions(min_probability=0.01),
        TagOptions(min_probability=1.0),
    ]
)
many = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def fast() -> Tagger:
    """The shipped model, in compiled loops."""
    return load().speed_up()


@pytest.fixture
def fast_tiny(tiny_tagger: Tagger) -> Tagger:
    return Tagger(tiny_tagger.scorer, tiny_tagger.calibration).speed_up()


def same(left: TaggedText, right: TaggedText) -> None:
    assert (left.text, left.start, left.end) == (right.text, right.start, right.end)
    for mine, theirs in ((left.tags, right.tags), (left.review, right.review)):
        assert [(tag.label, tag.via, tag.status) for tag in mine] == [(tag.label, tag.via, tag.status) for tag in theirs]
        for tag, other in zip(mine, theirs, strict=True):
            assert tag.probability == pytest.approx(other.probability, abs=1e-9)
            assert [(e.start, e.end, e.text, e.kind, e.term) for e in tag.evidence] == [
                (e.start, e.end, e.text, e.kind, e.term) for e in other.evidence
            ]
            assert [e.value for e in tag.evidence] == pytest.approx([e.value for e in other.evidence], abs=1e-9)


def all_same(fast: Tagger, reference: Tagger, batch: list[str], options: TagOptions = AS_USUAL) -> None:
    answers = [list(sentences) for sentences in fast.tag_each(batch, options)]
    assert len(answers) == len(batch)
    for text, found in zip(batch, answers, strict=True):
        expected = list(reference.tag_sentences(text, options))
        assert len(found) == len(expected)
        for mine, theirs in zip(found, expected, strict=True):
            same(mine, theirs)


@many
@given(batch=st.lists(texts, max_size=5), options=options)
def test_any_text_gets_the_same_answers_from_the_shipped_model(fast, tagger, batch, options):
    all_same(fast, tagger, batch, options)


@many
@given(batch=st.lists(texts, max_size=5), options=options)
def test_any_text_gets_the_same_answers_from_a_tiny_model(fast_tiny, tiny_tagger, batch, options):
    all_same(fast_tiny, tiny_tagger, batch, options)


@many
@given(
    batch=st.lists(texts, max_size=3),
    odds=st.lists(st.sampled_from([n / 16 for n in range(-24, 4)]), min_size=4, max_size=4, unique=True),
    slope=st.lists(st.floats(0.3, 3.0), min_size=4, max_size=4),
    threshold=st.lists(st.sampled_from([0.2, 0.5, 0.95, 1.0]), min_size=4, max_size=4),
    level=st.sampled_from(LEVELS),
    without=st.booleans(),
)
def test_any_calibration_gives_the_same_answers(tiny_tagger, batch, odds, slope, threshold, level, without):
    """Thresholds that differ let a label count for one above it although it is none to answer with itself."""
    scores = tiny_tagger.scorer.scores(tiny_tagger.scorer.read("x"))
    calibration = Calibration(np.array(slope), np.array(odds) - np.array(slope) * scores, np.array(threshold))
    options = TagOptions(level=level, exclude=frozenset({"wind"}) if without else frozenset())
    fast, reference = (Tagger(tiny_tagger.scorer, calibration) for _ in range(2))
    all_same(fast.speed_up(), reference, ["x", *batch], options)


def with_odds(tagger: Tagger, **odds: float) -> tuple[Tagger, Tagger]:
    """Return a tagger, with loops and without, in which "x" has these log odds; the other labels have none to speak of."""
    scores = tagger.scorer.scores(tagger.scorer.read("x"))
    wanted = np.array([odds.get(label, -60.0) for label in tagger.taxonomy.ids])
    calibration = Calibration(np.ones(len(wanted)), wanted - scores, np.full(len(wanted), 0.3))
    return Tagger(tagger.scorer, calibration).speed_up(), Tagger(tagger.scorer, calibration)


def test_a_likelier_label_that_is_no_answer_counts_for_the_one_above_it(tiny_tagger):
    scores = tiny_tagger.scorer.scores(tiny_tagger.scorer.read("x"))
    chances = {"energy": (0.1, 0.75), "wind": (0.36, 0.35), "sun": (0.37, 0.75), "perovskite": (0.01, 0.75)}
    chance, threshold = np.array([chances[label] for label in tiny_tagger.taxonomy.ids]).T
    calibration = Calibration(np.ones(4), np.log(chance / (1 - chance)) - scores, threshold)
    fast, reference = Tagger(tiny_tagger.scorer, calibration).speed_up(), Tagger(tiny_tagger.scorer, calibration)
    options = TagOptions(exclude=frozenset({"wind"}))
    all_same(fast, reference, ["x"], options)
    (tag,) = fast.tag(["x"], options)[0].tags
    assert (tag.label, tag.via) == ("energy", "sun")


def test_a_probability_that_is_just_the_threshold_is_enough(tiny_tagger):
    for odds in np.arange(0.0, 30.0, 0.37):
        fast, reference = with_odds(tiny_tagger, wind=odds)
        probability = reference.score("x")["wind"]
        options = TagOptions(min_probability=probability)
        all_same(fast, reference, ["x"], options)
        assert fast.tag(["x"], options)[0].labels == ("wind",)


@pytest.mark.parametrize(("odds", "more"), [(0.0, 1e-17), (3.0, 4e-16), (10.0, 1e-12), (11.9999, 2e-4), (20.0, 1e-9)])
def test_of_labels_as_likely_as_numbers_can_tell_the_upper_one_counts(tiny_tagger, odds, more):
    fast, reference = with_odds(tiny_tagger, energy=odds, wind=odds + more)
    for level in LEVELS:
        all_same(fast, reference, ["x"], TagOptions(level=level))


def test_evidence_from_one_character_comes_in_the_same_order():
    keywords = ["株", "株式", "式", "会", "会社", "社"]
    labels = [
        Label("l0", {"en": "a", "zh": "a"}, {"en": "", "zh": ""}, {"en": (Keyword("x y"),), "zh": ()}, None, "branch"),
        Label("l1", {"en": "b", "zh": "b"}, {"en": "", "zh": ""}, {"en": (Keyword("u v"),), "zh": ()}, None, "branch"),
    ]
    taxonomy = Taxonomy(labels)
    starts = [TermWeight("l0", term, 1.0, 4.0) for term in keywords]
    seeds = [LabelledText("㍿ x y", frozenset({"l0"})), LabelledText("u v", frozenset({"l1"}))]
    tagger = train(taxonomy, seeds, starts=starts).tagger
    reference = Tagger(tagger.scorer, tagger.calibration)
    fast = Tagger(tagger.scorer, tagger.calibration).speed_up()
    options = TagOptions(min_probability=0.01)
    assert len(reference.tag(["㍿ ㍿"], options)[0].tags[0].evidence) == 2 * len(keywords)
    all_same(fast, reference, ["㍿", "㍿ ㍿ x y"], options)


def test_the_training_sentences_of_both_languages_get_the_same_answers(fast, tagger):
    all_same(fast, tagger, [sentence.text for sentence in load_seed_sentences(tagger.taxonomy)][::3])


def test_a_long_text_and_a_batch_of_many_texts_outgrow_the_room_there_is_at_first(fast, tagger):
    long = "风电和光伏发电。Wind power and solar cells. ﷺ" * 400
    all_same(fast, tagger, [long, "", "x" * 70_000, "wind power " * 6000, *["太阳能电池"] * 3000])


def test_a_sentence_can_be_given_whole(fast):
    engine = fast._fast.engine
    everything = np.ones(len(fast.taxonomy), dtype=np.bool_)
    choices = engine.choices(fast.calibration.threshold, fast.calibration.threshold, everything)
    (answers,) = engine.tag(["Wind power. 光伏发电。"], choices, splits=False)
    assert answers.spans.tolist() == [[0, 17]]
    labels = {fast.taxonomy.ids[label] for label in answers.answers["label"][:-1]}
    assert {"wind-power", "solar-power"} <= labels


def test_a_long_sentence_takes_time_in_proportion_and_its_evidence_is_in_order(fast):
    engine = fast._fast.engine
    everything = np.ones(len(fast.taxonomy), dtype=np.bool_)
    choices = engine.choices(fast.calibration.threshold, fast.calibration.threshold, everything)
    piece = "风电和光伏发电、钙钛矿太阳能电池, wind power and quantum computers; 海上风电机组; "

    def tag(times: int) -> tuple[float, Answers]:
        started = thread_time()
        (answers,) = engine.tag([piece * times], choices, splits=False)
        return thread_time() - started, answers

    short, long = (min((tag(times) for _ in range(3)), key=itemgetter(0)) for times in (200, 4000))
    assert long[0] < 50 * short[0]
    found = long[1]
    assert len(found.pieces) > 20 * 1000
    for begin, end in pairwise(found.answers["piece"].tolist()):
        own = found.pieces[begin:end].tolist()
        assert own == sorted(own, key=lambda piece: (piece[4], -piece[0], piece[1], piece[2]))
        assert {piece[4] for piece in own} <= {0, 1}


def test_threads_give_what_one_thread_gives(fast):
    engine = fast._fast.engine
    everything = np.ones(len(fast.taxonomy), dtype=np.bool_)
    choices = engine.choices(fast.calibration.threshold, fast.calibration.threshold, everything)
    batch = ["海上风电场并网发电。", "A quantum computer. " * 50] * 2000
    one, three = (list(engine.tag(batch, choices, threads=threads)) for threads in (1, 3))
    assert len(one) == len(three) > 3
    for left, right in zip(one, three, strict=True):
        assert left.texts == right.texts
        assert (left.answers == right.answers).all() and (left.pieces == right.pieces).all()


def test_texts_with_one_hash_are_told_apart(tiny_tagger, monkeypatch):
    """With multipliers of 0 whatever is no longer than sixteen bytes has one hash, and a part of what is longer has too."""
    monkeypatch.setattr(key_table, "MULTIPLIERS", (0, 0))
    clashing = train(
        parse_tiny(["wind", "dniw", "风电", "电风", "widn power", "power wind", "solar", "很长的一个关键词"])
    ).tagger
    fast = Tagger(clashing.scorer, clashing.calibration).speed_up()
    cards = fast._fast.engine._tables.keys.cards
    assert sorted(np.flatnonzero(cards["length"])) == list(range(len(clashing.scorer.reader.keys)))
    batch = [
        "wind and idwn",
        "dniw",
        "风电、电风",
        "the powerwind",
        "windpower",
        "ralos solar",
        "widn. power",
        "很长的一个关键词",
    ]
    all_same(fast, clashing, batch)
    assert [len(text.tags) for text in fast.tag(batch)] == [len(text.tags) for text in clashing.tag(batch)]


@pytest.mark.parametrize("length", [1, 7, 8, 9, 15, 16, 17, 23, 24, 25, 33, 51])
def test_keys_of_every_length_are_found_and_their_beginnings_are_not(length):
    key = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabc"[:length]
    tagger = train(parse_tiny([key, "风" * length])).tagger
    fast = Tagger(tagger.scorer, tagger.calibration).speed_up()
    halves = f"{key[: length // 2]} {key[length // 2 :]}"
    batch = [
        key,
        key.upper(),
        halves,
        f"{key}x",
        key[:-1],
        f"x {key}. y",
        "风" * length,
        "风" * (length + 1),
        "风 " * length,
        key[::-1],
    ]
    all_same(fast, tagger, batch)
    assert fast.tag(batch)[0].labels == ("l0",)
    assert fast.tag(batch)[6].labels == ("l1",)


def test_words_and_numbers_are_read_whole_wherever_lanes_end(fast, tagger):
    """Characters are read 32 together; what stands across such a bound must not be cut."""
    tail = "5.5G and Wi-Fi 6. x1.2.3 C++ é5.5 solid-state battery, quantum computers"
    all_same(fast, tagger, ["x" * n + " " + tail for n in range(70)] + [tail + "." * n + "5" for n in range(40)])


def parse_tiny(keywords: list[str]) -> Taxonomy:
    """Return a taxonomy with one label for each keyword."""
    labels = [
        Label(
            f"l{number}", {"en": term, "zh": term}, {"en": "", "zh": ""}, {"en": (Keyword(term),), "zh": ()}, None, "branch"
        )
        for number, term in enumerate(keywords)
    ]
    return Taxonomy(labels)


codes_of_many = st.lists(
    st.sampled_from([ord(c) for c in "aAzZ09.+- \t\n\x0b\x1c\x1f\x20@[`{/:!?。！？｡…\f\u2028\u2029风é\x7f\x80\u0141\u2061"])
    | st.integers(0, 0x10FFFF),
    min_size=wide.LANES,
    max_size=wide.LANES,
)


@compiled
def together(codes, folded):
    return wide.classify(codes, 0, folded), wide.find_marks(codes, 0)


@many
@given(codes=codes_of_many)
def test_many_characters_read_together_are_what_they_are_one_by_one(codes):
    codes = np.array(codes, dtype=np.uint32)
    folded, slowly = np.zeros(wide.LANES, dtype=np.uint8), np.zeros(wide.LANES, dtype=np.uint8)
    masks, marks = together(codes, folded)
    expected = wide._classify_slowly(codes, 0, slowly)
    within = ~int(expected[-1])  # of characters beyond ASCII nothing else is said
    assert [int(mask) & within for mask in masks[:-1]] == [int(mask) & within for mask in expected[:-1]]
    assert masks[-1] == expected[-1]
    assert marks == wide._find_marks_slowly(codes, 0)
    ascii_only = codes < 0x80
    assert (folded[ascii_only] == slowly[ascii_only]).all()


def test_every_character_folds_as_it_does_elsewhere():
    known = characters()

    def kept(entry: int) -> list[int]:
        number = entry & CODE
        entries = known.several[known.begins[number] : known.begins[number + 1]] if entry & SEVERAL else [entry]
        return [int(each) & CODE for each in entries if each]

    for code in (*range(0x3400), *range(0xD700, 0x11000), *range(0x1D400, 0x1FC00), *range(0x2F800, 0x2FA20), 0xE0041):
        place = place_of(code)
        folded, cased = fold(chr(code)).text, fold_keeping_case(chr(code))
        assert kept(int(known.folded[place])) == [ord(c) for c in folded if kind_of(c) != "skipped"], hex(code)
        if kind_of(folded[0]) in ("letter", "single"):
            assert kept(int(known.cased[place])) == [ord(c) for c in cased if kind_of(c) != "skipped"], hex(code)


def test_a_character_without_a_place_parts_phrases():
    for code in (0x34000, 0xF0000, 0x10FFFF):
        assert characters().folded[place_of(code)] == MARK
        assert kind_of(fold(chr(code)).text) == "mark"


def test_texts_are_packed_whole(fast):
    with fast._fast.engine._room() as room:
        codes, bounds = room.pack(["", "a\x00\x00", "\ud800风", "\U0001f600", ""])
        assert codes.tolist() == [97, 0, 0, 0xD800, ord("风"), 0x1F600]
        assert bounds.tolist() == [0, 0, 3, 5, 6, 6]
        assert room.pack([])[1].tolist() == [0]
        long = "风 wind é" * 100_000
        assert room.pack([long])[0].tolist() == list(map(ord, long))


def test_a_room_that_a_very_long_text_made_is_given_up(fast):
    engine = fast._fast.engine
    engine.split("x" * 20_000_000)
    assert all(room.size <= 1 << 27 for room in engine._rooms)
    engine.split("x")
    assert engine._rooms


def test_a_room_is_used_again_but_by_one_at_a_time(fast):
    engine = fast._fast.engine
    with engine._room() as first, engine._room() as second:
        assert first is not second
    with engine._room() as again:
        assert again in (first, second)
    with pytest.raises(RuntimeError), engine._room() as broken:
        raise RuntimeError
    with engine._room() as other, engine._room() as another:
        assert broken not in (other, another)


def test_the_loops_are_used_where_they_are_worth_it(monkeypatch):
    monkeypatch.setenv("INDUSTAG_FAST", "never")
    assert not is_worth_it(10**9)
    monkeypatch.setenv("INDUSTAG_FAST", "always")
    assert is_worth_it(1)
    monkeypatch.delenv("INDUSTAG_FAST")
    assert not is_worth_it(1000)
    assert is_worth_it(10**9)


def test_a_tagger_speeds_up_by_itself_and_travels_without_its_loops(tiny_tagger, monkeypatch):
    import copy

    monkeypatch.setenv("INDUSTAG_FAST", "always")
    assert tiny_tagger.tag(["风电"])[0].labels == ("wind",)
    assert isinstance(tiny_tagger._fast, FastTagger)
    copied = copy.deepcopy(tiny_tagger)
    assert copied._fast is None
    assert copied.tag("风电").labels == ("wind",)


def test_an_empty_model_finds_nothing(tiny_tagger):
    engine = Engine(tiny_tagger.scorer, tiny_tagger.calibration)
    everything = np.ones(len(tiny_tagger.taxonomy), dtype=np.bool_)
    choices = engine.choices(np.full(len(everything), 0.5), np.full(len(everything), 0.5), everything)
    assert list(engine.tag([], choices)) == []
    (answers,) = engine.tag(["", " "], choices)
    assert answers.sentences.tolist() == [0, 0, 0]
