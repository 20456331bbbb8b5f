import json

import mixed_files
import pytest
from click.testing import CliRunner

from industag.cli import main


@pytest.mark.slow
def test_a_folder_of_mixed_and_broken_files_is_tagged_in_one_command_with_nothing_lost(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(mixed_files, "BAD_EVERY", 4)
    mixed_files.make(tmp_path, 80)
    result = CliRunner().invoke(main, ["tag", str(tmp_path / "corpus"), "-o", str(tmp_path / "tags.jsonl")])
    assert result.exit_code == 1
    assert mixed_files.check(tmp_path, tmp_path / "tags.jsonl"), capsys.readouterr().out
    expected = json.loads((tmp_path / "expected.json").read_text())
    assert expected["failures"] >= 15
    assert f"{expected['failures']} documents or rows failed" in result.stderr
    assert f"{expected['partial']} documents were read in part" in result.stderr
    summary = json.loads((tmp_path / "tags.jsonl.summary.json").read_text("utf-8"))
    assert (summary["failed"], summary["read_in_part"]) == (expected["failures"], expected["partial"])
    assert any("are scanned, without text (page" in note for note in summary["notes"])
    several = CliRunner().invoke(
        main, ["tag", str(tmp_path / "corpus"), "-o", str(tmp_path / "again.jsonl"), "--workers", "2"]
    )
    assert several.exit_code == 1
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "tags.jsonl").read_bytes()
    assert {".pdf", ".docx", ".xlsx", ".parquet", ".html", ".csv", ".txt", ".jsonl", ".md"} <= set(expected)


@pytest.mark.slow
def test_the_same_files_are_made_each_time(tmp_path):
    for name in ("one", "two"):
        mixed_files.make(tmp_path / name, 20)
    assert (tmp_path / "one" / "expected.json").read_bytes() == (tmp_path / "two" / "expected.json").read_bytes()
