import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from industag.sentences import LONGEST, split_sentences


def sentences_of(text):
    return [text[span.start : span.end] for span in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Dr. Li spent 3.5 million. It worked.", ["Dr. Li spent 3.5 million.", "It worked."]),
        ("It costs approx. 5 yuan, i.e. little. Fine?", ["It costs approx. 5 yuan, i.e. little.", "Fine?"]),
        ("See www.example.com. Done!", ["See www.example.com.", "Done!"]),
        ("Acme Inc. Makes chips.", ["Acme Inc.", "Makes chips."]),
        ("他说：“发展量子计算。”会议结束。", ["他说：“发展量子计算。”", "会议结束。"]),
        ("增长2.5%。其中5G基站10.2万个！", ["增长2.5%。", "其中5G基站10.2万个！"]),
        ("发展AI产业。The city builds a lab. 很好。", ["发展AI产业。", "The city builds a lab.", "很好。"]),
        ("1. Build labs. 2. Hire people.", ["1. Build labs.", "2. Hire people."]),
        ("一、总体要求\n二、主要任务：\n（一）发展氢能", ["一、总体要求", "二、主要任务：", "（一）发展氢能"]),
        ("## 1. Tenants by sector\nText.", ["## 1. Tenants by sector", "Text."]),
        ("# Title\nText of it\n\n- one\n- two", ["# Title", "Text of it", "- one", "- two"]),
        ("", []),
        (" \n\n\t ", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text, sentences):
    assert sentences_of(text) == sentences


def test_lines_wrapped_as_in_a_pdf_stay_together():
    text = "人形机器人具有高度拟人化的外观和行为能力，可\n在多个场景中协助人类完成任务，市场空间很大，\n预计将超过千亿元。"
    assert sentences_of(text) == [text]
    text = "The quick brown fox jumps over the lazy dog and then\nmore text goes on here to the end of the line\nend."
    assert sentences_of(text) == [text]


def test_chinese_lines_above_wider_english_ones_stay_together():
    chinese = "全年动力电池装机量超过预期，带动隔膜需求\n增长，产业链企业订单饱满，预计明年一季度动\n力电池出口继续增加。"
    english = "The plant makes separators and sells them to every maker of batteries for\nelectric buses in the province."
    assert sentences_of(f"{chinese}\n{english}") == [chinese, english]


def test_a_word_cut_in_two_at_the_end_of_a_line_goes_on():
    text = "The company opened a new line for photo-\nvoltaic modules."
    assert sentences_of(text) == [text]


def test_a_list_of_short_lines_is_not_wrapped_text():
    lines = ["wind farms", "solar panels", "quantum computers", "humanoid robots"]
    assert sentences_of("\n".join(lines)) == lines


@pytest.mark.parametrize("filler", [" ", "\u3000", "\n", ".", "。", "\t\n", "a\n", "1. "])
def test_long_runs_take_time_in_proportion(filler):
    started = time.process_time()
    split_sentences("wind" + filler * 300_000 + "farm")
    assert time.process_time() - started < 10.0


def test_a_paragraph_a_line_is_not_wrapped_text():
    first, second = "A long paragraph that nobody wrapped " * 6, "Another one " * 14
    assert sentences_of(f"{first}\n{second}") == [first.strip(), second.strip()]


def test_a_sentence_without_end_is_cut_at_a_pause():
    text = "第一项，" * LONGEST
    pieces = sentences_of(text)
    assert "".join(pieces) == text
    assert all(len(piece) <= LONGEST and piece.endswith("，") for piece in pieces)


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("a. A.\n。！？”“ 1一、"))))
def test_sentences_are_in_order_and_all_else_is_white_space(text):
    position = 0
    for span in split_sentences(text):
        assert not text[position : span.start].strip()
        assert span.start < span.end
        position = span.end
    assert not text[position:].strip()
