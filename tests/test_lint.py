import industag
from industag.lint import lint, never_found


def warnings(tmp_path, keywords):
    text = f"id: a\nen: A\nzh: 甲\nscope: {{en: x, zh: y}}\nkeywords: {keywords}\n"
    (tmp_path / "x.yaml").write_text(
        text + "classes:\n  - {id: b, en: B, zh: 乙, keywords: {en: [wind], zh: [风]}}\n", "utf-8"
    )
    return [warning.split(": ", 1)[1] for warning in lint(industag.load_taxonomy(tmp_path))]


def test_what_is_rarely_meant_is_pointed_out(tmp_path):
    found = warnings(tmp_path, "{en: [wind, PV, '+-', fine-tune, fine tunes, 甲，乙, {term: wave, not: [waves]}], zh: []}")
    assert "'a' has no keywords in 'zh'" in found
    assert "keyword 'PV' of 'a' is a short abbreviation; add 'case: exact', or 'near'" in found
    assert "keyword '+-' of 'a' holds no word, so it is never found" in found
    assert "keyword '风' of 'b' is a single character; give a longer term" in found
    assert "keyword 'wind' of 'a' is one of 'b' too" in found
    assert (
        "keyword 'wave' of 'a' would be cancelled by 'waves', which is found where the keyword is; that 'not' is passed over"
        in found
    )
    assert "keyword '甲，乙' of 'a' holds a full-width comma or semicolon; part the words of a list by ','" in found
    assert "keyword 'fine tunes' of 'a' is found as 'fine-tune' already" in found
    assert "'b' has no scope in 'en'" in found


def test_keywords_that_a_corpus_never_shows_are_listed(tiny):
    found = list(never_found(tiny, ["The wind turbine", "a solar cell, PV", "钙钛矿"]))
    assert not any("'wind turbine'" in warning or "'PV'" in warning for warning in found)
    assert any("keyword 'wind power' of 'wind' is never found" in warning for warning in found)
