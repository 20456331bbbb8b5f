import subprocess

import pytest

from industag.reading.finding import files_in, files_matching, is_pattern, others_in


@pytest.fixture
def folder(tmp_path):
    for name in (
        "z.txt",
        "b/a.md",
        "b/c/d.pdf",
        "a.csv.gz",
        ".hidden.txt",
        ".git/x.txt",
        "image.png",
        "b/.x/y.txt",
        "q[1].txt",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "link.txt").symlink_to(tmp_path / "z.txt")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "b" / "up").symlink_to(tmp_path)
    return tmp_path


def names(folder, paths):
    return [str(path.relative_to(folder)) for path in paths]


def test_a_folder_is_read_in_order_without_hidden_files_links_and_loops(folder):
    assert names(folder, files_in(folder)) == ["a.csv.gz", "b/a.md", "b/c/d.pdf", "q[1].txt", "z.txt"]
    assert names(folder, others_in(folder)) == ["image.png"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.txt", ["q[1].txt", "z.txt"]),
        ("**/*.pdf", ["b/c/d.pdf"]),
        ("b/**/*", ["b/a.md", "b/c/d.pdf"]),
        ("*/*.md", ["b/a.md"]),
        ("[xyz].*", ["z.txt"]),
        ("*.docx", []),
    ],
)
def test_a_pattern_gives_the_files_that_match_in_order(folder, pattern, found):
    assert names(folder, files_matching(str(folder / pattern))) == found


def test_a_pattern_may_begin_where_the_command_runs(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert [str(path) for path in files_matching("b/*.md")] == ["b/a.md"]
    assert [str(path) for path in files_matching("**/*.pdf")] == ["b/c/d.pdf"]


def test_a_name_that_only_looks_like_a_pattern_is_a_name(folder):
    assert not is_pattern(str(folder / "q[1].txt"))
    assert is_pattern(str(folder / "q[2].txt"))
    assert not is_pattern(str(folder / "nowhere.txt"))


@pytest.mark.slow
def test_folders_within_folders_without_end_are_walked(tmp_path):
    deep = tmp_path
    for _ in range(1200):
        deep = deep / "d"
        deep.mkdir()
    (deep / "a.txt").write_text("x")
    assert len(files_in(tmp_path)) == 1
    subprocess.run(["rm", "-rf", tmp_path / "d"], check=True)  # deeper than others can remove it
