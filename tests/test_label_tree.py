import pytest

from industag.seeded.label_tree import grow

PARENTS = {"太阳能": "能源", "风能": "能源", "能源": "产业"}


def test_labels_above_come_after_those_with_keywords():
    tree = grow(["太阳能", "风能", "体育"], PARENTS)
    assert tree.labels == ("太阳能", "风能", "体育", "能源", "产业")
    assert [tree.labels[number] for number in tree.inner] == ["能源", "产业"]


def test_a_path_leads_from_the_top_down():
    tree = grow(["太阳能", "风能", "体育"], PARENTS)
    assert tree.path("风能") == ("产业", "能源", "风能")
    assert tree.path("体育") == ("体育",)


def test_without_parents_each_label_stands_alone():
    tree = grow(["a", "b"], {})
    assert tree.above.tolist() == [[True, False], [False, True]]
    assert len(tree.inner) == 0


def test_a_keyword_counts_for_the_lowest_label_that_has_it():
    tree = grow(["solar", "energy"], {"solar": "energy"})
    assert tree.most_specific({"solar": ["panel"], "energy": ["power", "panel"]}) == {
        "solar": ["panel"],
        "energy": ["power"],
    }


@pytest.mark.parametrize(
    ("parents", "message"),
    [
        ({"a": "a"}, "'a' stands above itself: a > a"),
        ({"a": "b", "b": "c", "c": "a"}, "'a' stands above itself: a > c > b > a"),
        ({"b": "a"}, "label 'b' has a parent but no keywords"),
    ],
)
def test_bad_parents_are_named(parents, message):
    with pytest.raises(ValueError, match=message):
        grow(["a"], parents)
