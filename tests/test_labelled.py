import collections
import json

import pytest

import industag
from industag.errors import LabelsError, SeedsError
from industag.labelled import LabelledText, read_labelled
from industag.seeds import load_seed_sentences


def write(path, content, encoding="utf-8"):
    path.write_bytes(content.encode(encoding))
    return path


def test_json_lines_are_read_with_all_that_is_known(tiny, tmp_path):
    row = {"id": "7", "lang": "zh", "source": "news", "text": "风电", "labels": ["wind"], "maybe": ["sun"]}
    path = write(tmp_path / "a.jsonl", json.dumps(row, ensure_ascii=False) + "\n\n" + '{"text": "x", "labels": []}\n')
    assert read_labelled(path, tiny) == [
        LabelledText("风电", frozenset({"wind"}), frozenset({"sun"}), "7", "zh", "news"),
        LabelledText("x", frozenset(), id="3"),
    ]


def test_csv_is_read_as_excel_saves_it(tiny, tmp_path):
    content = 'text,labels\r\n"风电, 光伏",wind; sun\r\nnothing,\r\n'
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        texts = read_labelled(write(tmp_path / "a.csv", content, encoding), tiny)
        assert [(text.text, text.labels) for text in texts] == [("风电, 光伏", {"wind", "sun"}), ("nothing", frozenset())]


def test_every_line_that_cannot_be_used_is_named(tiny, tmp_path):
    lines = [
        '{"text": "a", "labels": ["wint"]}',
        '{"text": "", "labels": []}',
        '{"text": "a"}',
        '{"text": "a", "labels": "wind"}',
        "[1]",
        "{",
        "[" * 100_000,
        '{"text": "fine", "labels": []}',
    ]
    with pytest.raises(LabelsError) as error:
        read_labelled(write(tmp_path / "a.jsonl", "\n".join(lines)), tiny)
    messages = str(error.value).splitlines()
    assert "a.jsonl:1: label 'wint' is not in the taxonomy, did you mean 'wind'?" in messages[0]
    assert [message.split(":")[1] for message in messages] == ["1", "2", "3", "4", "5", "6", "7"]


def test_a_csv_without_the_columns_says_so(tiny, tmp_path):
    with pytest.raises(LabelsError, match=r"a\.csv:1: no column 'labels'; there are text, label"):
        read_labelled(write(tmp_path / "a.csv", "text,label\nx,wind\n"), tiny)
    with pytest.raises(LabelsError, match=r"a\.csv:1: no column 'text'"):
        read_labelled(write(tmp_path / "a.csv", "texts,labels\nx,wind\n"), tiny)


def test_a_broken_csv_and_very_long_numbers_are_named(tiny, tmp_path):
    with pytest.raises(LabelsError, match=r"a\.csv:2: the row that begins here has a quote"):
        read_labelled(write(tmp_path / "a.csv", 'text,labels\n"x,wind\ny,sun\n'), tiny)
    with pytest.raises(LabelsError, match=r"a\.jsonl:1: not a line of JSON"):
        read_labelled(write(tmp_path / "a.jsonl", '{"n": ' + "9" * 5000 + "}"), tiny)
    assert len(read_labelled(write(tmp_path / "b.csv", "text,labels\n" + "风" * 200_000 + ",wind\n"), tiny)) == 1


def test_a_text_that_contradicts_itself_is_named(tiny, tmp_path):
    lines = '{"text": "x", "labels": ["wind"]}\n{"text": "x", "labels": []}\n'
    with pytest.raises(LabelsError, match="the same text has other labels in line 1"):
        read_labelled(write(tmp_path / "a.jsonl", lines), tiny)


def test_a_missing_file_says_so(tiny, tmp_path):
    with pytest.raises(LabelsError, match=r"nowhere\.jsonl: cannot be read: No such file"):
        read_labelled(tmp_path / "nowhere.jsonl", tiny)


def test_seeds_are_the_sentences_of_the_folder(tiny, tmp_path):
    (tmp_path / "sentences").mkdir()
    write(tmp_path / "sentences" / "b.jsonl", '{"text": "b", "labels": []}\n')
    write(tmp_path / "sentences" / "a.jsonl", '{"text": "a", "labels": ["sun"]}\n')
    assert [text.text for text in load_seed_sentences(tiny, tmp_path)] == ["a", "b"]
    write(tmp_path / "sentences" / "a.jsonl", '{"text": "a", "labels": ["son"]}\n')
    with pytest.raises(SeedsError, match="did you mean 'sun'"):
        load_seed_sentences(tiny, tmp_path)
    with pytest.raises(SeedsError, match="no \\.jsonl file"):
        load_seed_sentences(tiny, tmp_path / "nowhere")


def test_the_shipped_seeds_are_many_varied_and_in_both_languages():
    taxonomy = industag.load_taxonomy()
    seeds = load_seed_sentences(taxonomy)
    counts = collections.Counter((label, seed.language) for seed in seeds for label in seed.labels)
    for label in taxonomy:
        fewest = 8 if label.level in ("industry", "segment") else 5
        for language in ("en", "zh"):
            assert counts[label.id, language] >= fewest, (label.id, language)
    assert sum(not seed.labels for seed in seeds) >= 600
    assert len({seed.text for seed in seeds}) == len(seeds)
    beginnings = collections.Counter((seed.language, seed.text[: 16 if seed.language == "en" else 8]) for seed in seeds)
    assert beginnings.most_common(1)[0][1] <= 4
