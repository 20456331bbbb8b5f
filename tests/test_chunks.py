import json

from industag.batch.chunks import deal
from industag.reading.documents import Document, ReadOptions
from industag.reading.finding import Source, find_sources
from industag.reading.readers import read_documents, read_source

OPTIONS = ReadOptions()


def dealt(paths, size):
    return list(deal(find_sources([str(path) for path in paths], OPTIONS), OPTIONS, size))


def documents(chunks):
    for chunk in chunks:
        for item in chunk.items:
            yield from read_source(item, OPTIONS) if isinstance(item, Source) else [item]


def test_small_files_share_a_chunk_and_a_large_one_is_dealt_in_parts(tmp_path):
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text("风电。" * 500)
    (tmp_path / "d.csv").write_text("id,text\n" + "".join(f"{n},{'x' * 90}\n" for n in range(300)))
    (tmp_path / "e.jsonl").write_text("".join(json.dumps({"text": "y" * 90}) + "\n" for n in range(300)))
    (tmp_path / "f.md").write_text("z" * 30_000)
    (tmp_path / "g.txt").write_text("")
    chunks = dealt([tmp_path, tmp_path / "nowhere.txt"], 9_000)
    assert [len(chunk.items) for chunk in chunks][:2] == [2, 1]
    assert all(isinstance(item, Document) for chunk in chunks[2:7] for item in chunk.items)
    assert 7 <= len(chunks) <= 12
    assert sum(chunk.size for chunk in chunks) == sum(path.stat().st_size for path in tmp_path.iterdir())
    assert all(chunk.size >= 0 for chunk in chunks)
    assert list(documents(chunks)) == list(read_documents([str(tmp_path), str(tmp_path / "nowhere.txt")]))
    assert list(documents(dealt([tmp_path], 500))) == list(read_documents([str(tmp_path)]))


def test_a_long_text_is_read_in_blocks_whose_places_run_on(tmp_path):
    text = "\r\n\r\n".join(f"第{n}段。" + "A sentence about nothing. " * 40 for n in range(600))
    (tmp_path / "a.txt").write_bytes(text.encode("gb18030"))
    found = list(read_documents([str(tmp_path / "a.txt")]))
    text = text.replace("\r\n", "\n")
    assert len(found) > 2
    assert "".join(document.text for document in found) == text
    assert all(text[document.offset :].startswith(document.text) for document in found)
    assert found[1].first_sentence == found[0].text.count("。") + found[0].text.count(".") + 1


def test_the_blocks_of_a_long_text_come_split_but_for_the_last(tmp_path, tagger):
    path = tmp_path / "a.txt"
    path.write_text("第一段。 A sentence about nothing.\n" * 20_000, "utf-8")
    chunks = deal(find_sources([str(path)], OPTIONS), OPTIONS, split=tagger.split)
    *split, last = found = list(documents(chunks))
    assert found == list(read_documents([str(path)]))
    assert [each.spans.tolist() for each in split] == [tagger.split(each.text).tolist() for each in split]
    assert last.spans is None
    assert last.first_sentence == 1 + sum(len(each.spans) for each in split)


def test_a_file_that_grows_while_it_is_read_is_told(tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_text('{"text": "wind"}\n' * 3)
    reading = read_documents([str(path)])
    assert next(reading).text == "wind"
    with path.open("a") as file:
        file.write('{"text": "sun"}\n')
    *_, last = reading
    assert last.message == f"{path}: changed since the run began; run again when nothing writes to it"


def test_a_file_that_vanishes_before_it_is_read_is_a_failure(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("wind")
    (chunk,) = dealt([path], 100)
    path.unlink()
    (failure,) = documents([chunk])
    assert failure.message == f"{path}: cannot be read: No such file or directory"
