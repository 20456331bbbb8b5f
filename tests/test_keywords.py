import pytest

from industag.keywords import NEAR, KeywordRules, compile_rules
from industag.matcher import PhraseMatcher
from industag.taxonomy import Keyword, Label, Taxonomy
from industag.units import split_units


def taxonomy_of(**keywords):
    """Return a taxonomy with a label for each name, with the given keywords."""
    return Taxonomy(
        Label(name, {"en": name, "zh": name}, {}, {"en": tuple(given), "zh": ()}, None, "branch")
        for name, given in keywords.items()
    )


def counted(rules, text):
    units = split_units(text)
    hits = rules.apply(text, units, PhraseMatcher(rules.keys).find(units))
    return [(rules.rules[hit.keyword].label, rules.rules[hit.keyword].term) for hit in hits]


@pytest.mark.parametrize(
    ("keyword", "text", "counts"),
    [
        (Keyword("PV", exact=True), "a PV module", True),
        (Keyword("PV", exact=True), "two PVs", True),
        (Keyword("PV", exact=True), "a pv module", False),
        (Keyword("PV", exact=True), "ＰＶ组件", True),
        (Keyword("chip", near=("wafer", "芯片")), "The chip was cut from a wafer.", True),
        (Keyword("chip", near=("wafer", "芯片")), "fish and chips", False),
        (Keyword("chip", near=("wafer",)), "wafer" + " x" * (NEAR + 1) + " chip", False),
        (Keyword("quantum", negatives=("quantum leap",)), "a quantum leap", False),
        (Keyword("quantum", negatives=("quantum leap",)), "a quantum leap for quantum optics", True),
        (Keyword("印度", negatives=("印度尼西亚",)), "印度尼西亚", False),
        (Keyword("印度", negatives=("印度尼西亚",)), "印度", True),
        (Keyword("chip", negatives=("potato",)), "potato and chip", False),
        (Keyword("AI", negatives=("air force",)), "AI for the air force", False),
        (Keyword("510(k)"), "a 510(k) filing", True),
        (Keyword("A.I."), "A.I. is here", True),
        (Keyword("R&D", exact=True), "an R&D lab", True),
        (Keyword("MOFs", exact=True), "one MOF", True),
        (Keyword("6G"), "6 g of salt", False),
        (Keyword("6G"), "6g networks", True),
        (Keyword("Web 3"), "web 3 and Web3", True),
        (Keyword("OneWeb"), "one web site", False),
        (Keyword("semiconductor"), "a semi-\nconductor plant", True),
        (Keyword("人工智能"), "人工 智能", True),
        (Keyword("AI+"), "AI + education", True),
    ],
)
def test_a_keyword_counts_as_its_rule_says(keyword, text, counts):
    assert bool(counted(compile_rules(taxonomy_of(a=[keyword])), text)) is counts


def test_the_longest_keyword_wins_in_a_label_and_across_labels():
    rules = compile_rules(taxonomy_of(energy=[Keyword("new energy")], cars=[Keyword("new energy vehicle")]))
    assert counted(rules, "new energy vehicles") == [(1, "new energy vehicle")]
    assert counted(rules, "new energy and new energy vehicles") == [(0, "new energy"), (1, "new energy vehicle")]


def test_a_longer_keyword_that_does_not_count_hides_nothing():
    longer = Keyword("chip shop", near=("semiconductor",))
    rules = compile_rules(taxonomy_of(a=[Keyword("chip")], b=[longer]))
    assert counted(rules, "a chip shop") == [(0, "chip")]


def test_a_term_of_two_labels_counts_for_both():
    rules = compile_rules(taxonomy_of(a=[Keyword("battery recycling")], b=[Keyword("battery recycling")]))
    assert [label for label, _ in counted(rules, "battery recycling")] == [0, 1]


def test_two_spellings_of_a_term_are_one_hint():
    twins = [Keyword("life science", weight=0.5), Keyword("life sciences", weight=0.6)]
    assert counted(compile_rules(taxonomy_of(a=twins)), "life sciences") == [(0, "life sciences")]


def test_plain_data_gives_the_same_rules_back(tiny):
    rules = compile_rules(tiny)
    data = rules.to_json()
    assert KeywordRules.from_json(data).to_json() == data
