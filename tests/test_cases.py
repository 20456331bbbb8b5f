"""What the shipped model makes of sentences written for the purpose; the cases are data."""

import re
from pathlib import Path

import pytest
import yaml

CASES = Path(__file__).parent / "cases"

# Written for this test: it says in Chinese what the seed document of February 2024 says in English.
CHINESE_ANSWER = """
去年以来，国资委和各中央企业把发展战略性新兴产业和未来产业摆到重要位置，取得积极进展。
一是明确方向。组织实施两个专项行动，既壮大新一代移动通信、人工智能、生物技术、新材料等战略性新兴产业，也培育未来信息等未来产业，细化了目标和路径。
二是激发动力。在资源投入、主业培育、人才培养等方面出台一揽子政策，支持企业大胆试错。
三是优化布局。去年中央企业在战略性新兴产业完成投资2.18万亿元，同比增长32.1%。光伏制氢、碳纤维制造、汽车芯片等领域启动一批重大项目，激光制造、量子通信、卫星互联网等产业新设一批企业，电子科技、新能源、生态环保、智能网联汽车等领域推进重组整合。
下一步，我们将完善工作机制，优化支持政策。
启动一批重大工程，开展“人工智能+”等专项行动，在生物技术、新材料、新能源汽车等重点领域加快取得标志性成果。
加快产业技术攻关，培育启航企业、领军企业和独角兽企业，在类脑智能、量子信息、深地深海、激光制造等领域拿出拳头产品。
提高各项资金的使用效率，让投入早见成效。
"""

SEED_DOCUMENT = "2024-02-06-sasac-press-conference.txt"

DIRECTIONS = {
    "next-generation mobile communications|新一代移动通信": (
        "mobile-communications artificial-intelligence biotechnology new-materials future-information"
    ),
    "photovoltaic-based hydrogen|光伏制氢": "hydrogen-energy high-performance-fibres-and-composites automotive-chips",
    "satellite internet|卫星互联网": "laser-manufacturing quantum-communication satellite-internet",
    "electronic technology|电子科技": (
        "next-generation-it new-energy energy-saving-and-environment intelligent-connected-vehicles"
    ),
    "special actions|专项行动，在": "ai-plus biotechnology new-materials new-energy-vehicles",
    "brain-like intelligence|类脑智能": (
        "brain-like-intelligence quantum-information deep-earth deep-sea laser-manufacturing"
    ),
}
WITHOUT = "|".join(
    [
        "work mechanisms",
        "full range of policies",
        "funds given",
        "Thank you",
        "optimized, and",
        "工作机制",
        "一揽子政策",
        "资金的使用",
    ]
)
BRANCHES = {"strategic-emerging", "future"}


def cases(name):
    return [pytest.param(case, id=case["text"][:40]) for case in yaml.safe_load((CASES / name).read_text("utf-8"))]


@pytest.mark.parametrize("case", cases("in_the_wild.yaml"))
def test_real_looking_sentences_get_their_labels(tagger, case):
    assert set(tagger.tag(case["text"]).labels) == set(case["expect"])


@pytest.mark.parametrize("case", cases("negative.yaml"))
def test_look_alikes_get_nothing(tagger, case):
    assert tagger.tag(case["text"]).labels == ()


@pytest.mark.parametrize("case", cases("known_failures.yaml"))
@pytest.mark.xfail(strict=True)
def test_known_failures_still_fail(tagger, case):
    assert set(tagger.tag(case["text"]).labels) == set(case["expect"])


def check_answer(tagger, text):
    """Check the answer of the press conference, in either language."""
    sentences = tagger.tag(text).sentences
    for pattern, directions in DIRECTIONS.items():
        expected = set(directions.split())
        found = [sentence for sentence in sentences if re.search(pattern, sentence.text)]
        labels = tagger.taxonomy.close(label for sentence in found for label in sentence.labels)
        assert expected <= labels, (pattern, expected - labels)
        for sentence in found:
            assert all(tag.evidence for tag in sentence.tags)
    assert {label for sentence in sentences for label in sentence.labels} >= BRANCHES
    without = [sentence for sentence in sentences if re.search(WITHOUT, sentence.text)]
    assert len(without) >= 3
    for sentence in without:
        assert set(sentence.labels) <= BRANCHES, (sentence.text, sentence.labels)


def test_every_direction_of_the_seed_document_is_found(tagger, shared):
    check_answer(tagger, (shared / "seeds" / SEED_DOCUMENT).read_text("utf-8"))


def test_a_chinese_text_that_says_the_same_gets_the_same(tagger):
    check_answer(tagger, CHINESE_ANSWER)
