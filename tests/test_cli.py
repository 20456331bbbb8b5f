import csv
import io
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import ROOT, TINY

import industag
from industag.cli import main
from industag.learned import read_term_weights

EXAMPLES = ROOT / "docs" / "examples"


def run(*arguments, text=None, code=0):
    result = CliRunner().invoke(main, [str(each) for each in arguments], input=text)
    assert result.exit_code == code, result.output
    return result


def commands(group, path=()):
    for name, command in group.commands.items():
        yield (*path, name)
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))


@pytest.mark.parametrize("path", list(commands(main)), ids=" ".join)
def test_every_command_has_a_help_that_says_what_it_does(path):
    assert len(run(*path, "--help").stdout.splitlines()) > 4


def test_the_examples_are_tagged_as_a_table_with_evidence():
    result = run("tag", EXAMPLES)
    assert re.search(r"\[[^\]]+\]", result.stdout)
    assert "Labels by number of sentences" in result.stdout
    assert "\x1b" not in result.stdout


def test_each_format_goes_to_a_file_or_to_standard_output(tmp_path):
    table = run("tag", EXAMPLES, "--format", "csv").stdout_bytes.decode()
    run("tag", EXAMPLES, "-o", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes().decode() == table
    run("tag", EXAMPLES, "-o", tmp_path / "out.jsonl")
    records = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    rows = list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"), newline="")))
    assert [record["status"] for record in records] == [row["status"] for row in rows]
    for record in records:
        text = Path(record["doc"]).read_text("utf-8")
        assert text[record["start"] : record["end"]] == record["text"]
    run("tag", EXAMPLES, "-o", tmp_path / "out.txt")
    assert "Labels by number" in (tmp_path / "out.txt").read_text("utf-8")


def test_results_alone_are_on_standard_output(tmp_path):
    (tmp_path / "a.txt").write_text("A wind farm.")
    (tmp_path / "b.png").write_bytes(b"\x89PNG")
    result = run("tag", tmp_path, "--format", "jsonl")
    assert [json.loads(line)["status"] for line in result.stdout.splitlines()] == ["tagged"]
    assert "passing over files of other kinds (1 .png)" in result.stderr


def test_options_narrow_the_answer():
    def labels(*options):
        out = run("tag", "-", "--format", "jsonl", *options, text="风电与量子计算。").stdout
        return {tag["label"] for line in out.splitlines() for tag in json.loads(line)["tags"]}

    assert labels() == {"wind-power", "quantum-computing"}
    assert labels("--level", "field") == {"new-energy", "future-information"}
    assert labels("--include", "new-energy") == {"wind-power"}
    assert labels("--exclude", "future", "--exclude", "wind-power") == {"new-energy"}
    assert labels("--min-probability", "0.9999") == set()


def test_standard_input_can_be_a_table():
    out = run("tag", "-", "--stdin-format", "csv", "--text-column", "body", "--format", "jsonl", text="id,body\n7,风电\n")
    assert json.loads(out.stdout)["id"] == "7"


def test_a_failed_input_is_a_row_and_exit_code_1(tmp_path):
    (tmp_path / "good.txt").write_text("风电")
    (tmp_path / "bad.txt").write_bytes(b"\x00\x00")
    result = run("tag", tmp_path, tmp_path / "nowhere.txt", "--format", "jsonl", code=1)
    assert sorted(json.loads(line)["status"] for line in result.stdout.splitlines()) == ["error", "error", "tagged"]
    assert "looks binary" in result.stderr
    assert "nowhere.txt: cannot be read: No such file" in result.stderr
    assert "2 documents or rows failed" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["tag"], "Missing argument"),
        (["tag", "-", "--include", "softwares"], "label 'softwares' is not in the taxonomy, did you mean 'software'?"),
        (["tag", "-", "--model", "nowhere"], "no such model folder"),
        (["tag", "-", "-o", "no/such/folder/x.csv"], "no/such/folder/x.csv: cannot be written"),
        (["tag", "-", "--min-probability", "2"], "2.0 is not in the range"),
        (["explain", "x", "--label", "nothing"], "label 'nothing' is not in the taxonomy"),
        (["taxonomy", "show", "nothing"], "label 'nothing' is not in the taxonomy"),
        (["taxonomy", "check", "nowhere"], "nowhere: does not exist"),
        (["evaluate", "nowhere.jsonl"], "nowhere.jsonl: cannot be read"),
        (["train", "--labels", "nowhere.csv"], "nowhere.csv: cannot be read"),
        (["model", "import", "x.joblib", "-o", "y"], "--trust"),
        (["tag", "-", "-o", "x.ods"], "cannot write .ods files; name the output one of .csv, .xlsx, .jsonl, .parquet"),
        (["tag", "-", "--format", "xlsx"], "xlsx is no format for standard output; name a file with -o"),
        (["tag", "-", "--rows", "tag"], "--rows tag is for tables and jsonl; name an output such as x.csv"),
        (["tag", EXAMPLES / "briefing.en.txt", "-o", EXAMPLES / "briefing.en.txt"], "is an input; write to another file"),
        (["model", "export", "no/such/folder/x.joblib"], "cannot be written"),
        (["train", "-o", EXAMPLES], "is no industag model folder"),
        (["nonsense"], "No such command"),
    ],
)
def test_wrong_use_is_exit_code_2_and_one_clear_line(arguments, message):
    result = run(*arguments, text="x", code=2)
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


@pytest.mark.slow
@pytest.mark.parametrize("filler", ["and of nothing else in the whole wide world ", " ", "芯片"])
def test_ten_megabytes_on_one_line_are_tagged(tmp_path, filler):
    (tmp_path / "long.txt").write_text("It buys wind farms " + filler * (10_000_000 // len(filler.encode())))
    run("tag", tmp_path / "long.txt", "-o", tmp_path / "out.jsonl", "--exclude", "integrated-circuits")
    with (tmp_path / "out.jsonl").open() as lines:
        assert {tag["label"] for tag in json.loads(next(lines))["tags"]} == {"wind-power"}


def test_a_second_run_does_not_read_the_output_of_the_first(tmp_path):
    (tmp_path / "a.csv").write_text("text\nwind farm\n")
    for _ in range(2):
        result = run("tag", tmp_path, "-o", tmp_path / "out.csv")
        assert "1 sentences (1 tagged" in result.stderr
        assert "passing over" not in result.stderr


def test_what_a_row_is_can_be_chosen(tmp_path):
    def records(rows):
        run("tag", EXAMPLES, "--rows", rows, "-o", tmp_path / "out.jsonl")
        written = (tmp_path / "out.jsonl").read_text("utf-8")
        assert run("tag", EXAMPLES, "--rows", rows, "--format", "jsonl").stdout == written
        return [json.loads(line) for line in written.splitlines()]

    sentences, tags, documents = map(records, ("sentence", "tag", "document"))
    assert len(sentences) == 84
    labels = [tag["label"] for row in sentences for tag in (*row["tags"], *row["review"])]
    assert [row["label"] for row in tags] == labels
    assert [row["sentences"] for row in documents] == [43, 41]
    given = Counter((row["doc"], tag["label"]) for row in sentences for tag in row["tags"])
    assert {(row["doc"], tag["label"]): tag["sentences"] for row in documents for tag in row["tags"]} == given


def test_progress_can_be_read_by_a_program(tmp_path):
    result = run("tag", EXAMPLES, "--progress", "json", "-o", tmp_path / "out.csv")
    state = json.loads(result.stderr.splitlines()[0])
    assert (state["done"], state["sentences"], state["failed"]) == (1.0, 84, 0)
    assert state["bytes"] == state["bytes_total"] == sum(path.stat().st_size for path in EXAMPLES.iterdir())
    assert json.loads((tmp_path / "out.csv.summary.json").read_text("utf-8"))["sentences"] == 84


def test_score_prints_the_likeliest_first():
    out = run("score", "量子计算机").stdout.splitlines()
    assert "quantum-computing" in "".join(out)
    probabilities = [float(line.split()[0]) for line in out]
    assert probabilities == sorted(probabilities, reverse=True)
    assert len(json.loads(run("score", "-", "--json", text="x").stdout)) == 99
    assert "no label reaches" in run("score", "The cat sat.").stdout
    assert len(run("score", "The cat sat.", "--all").stdout.splitlines()) == 99


def test_explain_writes_the_sum_out():
    out = run("explain", "A pilot line for perovskite solar cells").stdout
    values = [float(line.split()[0]) for line in out.splitlines() if re.match(r"\s+[+-]\d", line)]
    assert abs(sum(values[:-1]) - values[-1]) < 1e-3
    assert "[perovskite solar cells]" in out
    assert "= score" in out
    assert "no tag" in run("explain", "The cat sat.").stdout
    assert "not given" in run("explain", "The cat sat.", "--label", "software").stdout
    assert "rests on wind-power" in run("explain", "风电", "--label", "new-energy").stdout


@pytest.mark.slow
def test_a_class_added_to_a_yaml_file_tags_after_one_command(tmp_path):
    run("taxonomy", "copy", tmp_path / "mine")
    added = "parent: future\nid: future-food\nen: Future food\nzh: 未来食品\n"
    added += "keywords: {en: [cultivated meat], zh: [细胞培养肉]}\n"
    (tmp_path / "mine" / "2.7-future-food.yaml").write_text(added, encoding="utf-8")
    run("train", "--taxonomy", tmp_path / "mine", "-o", tmp_path / "model")
    for text in ("A plant for cultivated meat", "细胞培养肉获批上市"):
        out = run("tag", "-", "--model", tmp_path / "model", "--format", "jsonl", text=text).stdout
        assert "future-food" in {tag["label"] for tag in json.loads(out)["tags"]}
    assert "exists already" in run("taxonomy", "copy", tmp_path / "mine", code=2).stderr


def test_a_taxonomy_of_ones_own_is_trained_from_its_keywords_and_labels(tmp_path):
    (tmp_path / "tiny.yaml").write_text(TINY, "utf-8")
    (tmp_path / "labels.csv").write_text("text,labels\nRotors spin at sea,wind\nRotors and masts at sea,wind\n", "utf-8")
    arguments = ["--taxonomy", tmp_path / "tiny.yaml", "--without-seeds", "--labels", tmp_path / "labels.csv"]
    result = run("train", *arguments, "-o", tmp_path / "model")
    assert "4 labels, 0 seed sentences and 2 labelled texts" in result.stderr
    assert "of the 2 labelled texts 0 come out right with the shipped model" in result.stderr
    assert "2 texts" in run("model", "card", "--model", tmp_path / "model").stdout
    assert "wind" in run("score", "Rotors at sea", "--model", tmp_path / "model").stdout
    assert "seeds" in run("train", "--taxonomy", tmp_path / "tiny.yaml", "-o", tmp_path / "m", code=2).stderr


def test_evaluate_prints_figures_mistakes_and_predictions(tmp_path):
    rows = [
        {"id": "a", "lang": "zh", "text": "风电", "labels": ["wind-power"]},
        {"id": "b", "text": "The cat", "labels": ["software"]},
    ]
    (tmp_path / "gold.jsonl").write_text("\n".join(map(json.dumps, rows)))
    out = run("evaluate", tmp_path / "gold.jsonl", "--errors", "--predictions", tmp_path / "p.jsonl").stdout
    assert re.search(r"zh\.class +1  1\.000  1\.000  1\.000", out)
    assert "b  The cat\n  missed: software" in out
    assert json.loads((tmp_path / "p.jsonl").read_text().splitlines()[0]) == {"id": "a", "labels": ["wind-power"]}
    assert json.loads(run("evaluate", tmp_path / "gold.jsonl", "--json").stdout)["all.class"]["recall"] == 0.5


def test_the_taxonomy_can_be_looked_at_and_checked(tmp_path):
    assert "  Quantum computing  量子计算  (quantum-computing" in run("taxonomy", "show").stdout
    out = run("taxonomy", "show", "quantum-computing").stdout
    assert "Future industries > Future information > Quantum information > Quantum computing" in out
    assert "keywords (zh):" in out
    assert re.search(r"99 labels, \d+ keywords, no errors", run("taxonomy", "check").stdout)
    (tmp_path / "x.yaml").write_text("id: a\nen: A\nzh: 甲\nkeyword: []\nkeywords: {en: [风]}\n", "utf-8")
    assert (
        "x.yaml:4: unknown key 'keyword' in a label, did you mean 'keywords'?"
        in run("taxonomy", "check", tmp_path, code=2).stderr
    )
    (tmp_path / "x.yaml").write_text("id: a\nen: A\nzh: 甲\nkeywords: {en: [风]}\n", "utf-8")
    (tmp_path / "corpus.txt").write_text("nothing here")
    out = run("taxonomy", "check", tmp_path, "--corpus", tmp_path / "corpus.txt", "--strict", code=1).stdout
    assert "never found" in out
    assert "is a single character" in out


def test_harvest_shows_terms_with_examples_and_writes_a_table(tmp_path):
    (tmp_path / "tiny.yaml").write_text(TINY, "utf-8")
    lines = ["The wind turbine has a nacelle.", "A cup of tea in the garden.", "A walk in the street."] * 40
    (tmp_path / "corpus.txt").write_text("\n".join(lines), "utf-8")
    arguments = ["--corpus", tmp_path / "corpus.txt", "--taxonomy", tmp_path / "tiny.yaml", "-o", tmp_path / "terms.tsv"]
    out = run("harvest", *arguments).stdout
    assert "wind: terms that go with it" in out
    assert "  nacelle  (40 / 40, " in out
    assert "keywords never occur" in out
    assert "wind\tnacelle\t40\t40\t0.5" in (tmp_path / "terms.tsv").read_text("utf-8")
    again = run("harvest", *arguments, "--known", tmp_path / "terms.tsv").stderr
    assert "1 known terms and 0 proposals from 120 sentences" in again
    assert "wind\tnacelle\t40\t40\t0.5" in (tmp_path / "terms.tsv").read_text("utf-8")
    model = ["--taxonomy", tmp_path / "tiny.yaml", "--without-seeds", "-o", tmp_path / "model"]
    run("train", *model, "--terms", tmp_path / "terms.tsv")
    assert industag.load(tmp_path / "model").score("A nacelle")["wind"] == pytest.approx(0.269, abs=0.001)


def test_what_a_model_learned_goes_on_as_a_table(tmp_path):
    (tmp_path / "tiny.yaml").write_text(TINY, "utf-8")
    labelled = [{"text": f"a nacelle, {n}", "labels": ["wind"]} for n in range(30)] + [{"text": "a rose", "labels": []}] * 30
    (tmp_path / "mine.jsonl").write_text("\n".join(map(json.dumps, labelled)), "utf-8")
    model = ["--taxonomy", tmp_path / "tiny.yaml", "--without-seeds", "-o"]
    run("train", *model, tmp_path / "first", "--labels", tmp_path / "mine.jsonl")
    told = run("model", "weights", "--model", tmp_path / "first", "-o", tmp_path / "weights.tsv").stderr
    assert "1 weights written" in told
    assert "a nacelle" not in (tmp_path / "weights.tsv").read_text("utf-8")
    run("train", *model, tmp_path / "second", "--weights", tmp_path / "weights.tsv")
    second = industag.load(tmp_path / "second")
    assert second.score("nacelle")["wind"] > 10 * second.score("rose")["wind"]
    assert second.scorer.term_weights() == read_term_weights(tmp_path / "weights.tsv", second.taxonomy)
    assert "cannot be read" in run("harvest", "--corpus", tmp_path / "nowhere.txt", code=2).stderr


def test_a_model_goes_out_as_a_joblib_file_and_comes_back(tmp_path):
    run("model", "export", tmp_path / "m.joblib")
    assert "--trust" in run("model", "import", tmp_path / "m.joblib", "-o", tmp_path / "m", code=2).stderr
    run("model", "import", tmp_path / "m.joblib", "--trust", "-o", tmp_path / "m")
    assert industag.load(tmp_path / "m").score("风电") == industag.load().score("风电")
    assert "# Model card" in run("model", "card").stdout


def test_a_closed_pipe_is_no_error():
    command = f"{sys.executable} -m industag tag {EXAMPLES} --format jsonl | head -1"
    result = subprocess.run(command, shell=True, capture_output=True, text=True)
    assert json.loads(result.stdout)["doc"]
    assert result.stderr == ""


def test_level_document_is_rows_document(tmp_path):
    (tmp_path / "a.txt").write_text("海上风电场。 A wind farm. Nothing here.", "utf-8")
    for name, arguments in (("a.csv", ["--level", "document"]), ("b.csv", ["--rows", "document"])):
        done = CliRunner().invoke(main, ["tag", str(tmp_path / "a.txt"), *arguments, "-o", str(tmp_path / name)])
        assert done.exit_code == 0, done.output
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert "wind-power" in (tmp_path / "a.csv").read_text("utf-8-sig")


def test_a_table_that_cannot_be_written_leaves_the_one_there_is(tmp_path):
    (tmp_path / "tiny.yaml").write_text(TINY, "utf-8")
    (tmp_path / "corpus.txt").write_text("A wind turbine.", "utf-8")
    corpus = ["--corpus", tmp_path / "corpus.txt", "--taxonomy", tmp_path / "tiny.yaml"]
    assert "cannot be written" in run("harvest", *corpus, "-o", tmp_path / "no" / "terms.tsv", code=2).stderr
    assert "is an input" in run("harvest", *corpus, "-o", tmp_path / "corpus.txt", code=2).stderr
    assert "cannot be written" in run("model", "weights", "-o", tmp_path / "no" / "weights.tsv", code=2).stderr
