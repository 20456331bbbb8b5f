"""The shape of the code: imports point one way, each data folder has one reader, and start-up stays light."""

import ast
import subprocess
import sys

import pytest
from conftest import ROOT

LAYERS = {
    "industag": [
        {"errors", "places", "threads"},
        {"strict_yaml", "normalise", "extras"},
        {"units", "sentences", "taxonomy"},
        {"reading"},
        {"matcher", "terms", "learning", "taxonomy_files", "labelled", "learned"},
        {"keywords", "evaluation", "calibration"},
        {"scoring", "lint", "seeded", "details", "harvest"},
        {"corpus", "answers", "measured"},
        {"kernel"},
        {"classifier"},
        {"seeds"},
        {"fast"},
        {"tagger"},
        {"training", "artefact", "joblib_files"},
        {"card", "output"},
        {"batch"},
        {"cli"},
        {"__init__", "__main__"},
    ],
    "industag.reading": [
        {"documents", "formats", "frames"},
        {"decoding", "blocks", "markdown", "html_text", "text_column", "office_zip"},
        {"csv_rows", "finding", "gzipped", "pdf_pages", "docx_text", "xlsx_rows", "parquet_rows", "isolated"},
        {"page_text"},
        {"binary_files"},
        {"readers", "reading_process"},
        {"__init__"},
    ],
    "industag.kernel": [
        {"characters", "compiling", "tables"},
        {"wide", "key_table"},
        {"utf8"},
        {"splitting", "reading"},
        {"finding", "building"},
        {"ruling", "judging"},
        {"tagging"},
        {"lines"},
        {"engine"},
        {"__init__"},
    ],
    "industag.seeded": [
        {"label_tree", "texts"},
        {"bayes", "evidence", "guess", "machines"},
        {"task"},
        {"single", "multi"},
        {"estimator"},
        {"__init__"},
    ],
    "industag.output": [
        {"rows", "jsonl_rows"},
        {"records", "terminal", "report"},
        {"tally", "forms"},
        {"quick_records", "tables"},
        {"writers"},
        {"__init__"},
    ],
    "industag.batch": [
        {"chunks", "memory", "progress"},
        {"workers"},
        {"journal"},
        {"run"},
        {"__init__"},
    ],
    "industag.cli": [
        {"options"},
        {"tag", "report", "score", "explain", "train", "evaluate", "harvest", "taxonomy", "model"},
        {"group"},
        {"__init__"},
    ],
}
READERS = {"taxonomy": {"taxonomy_files", "cli/taxonomy"}, "seeds": {"seeds"}, "model": {"artefact"}}


def imports_of(path, package):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(package + "."):
            yield node.module.removeprefix(package + ".").split(".")[0]


def depth_in(package):
    return {module: number for number, layer in enumerate(LAYERS[package]) for module in layer}


def modules_of(package):
    return {path.stem: path for path in (ROOT / package.replace(".", "/")).glob("*.py")}


@pytest.mark.parametrize("package", LAYERS)
def test_every_module_imports_only_from_layers_below(package):
    depth, modules = depth_in(package), modules_of(package)
    packages = {each.rpartition(".")[2] for each in LAYERS if each.startswith(package + ".")}
    assert set(modules) | packages == set(depth)
    for name, path in modules.items():
        for imported in imports_of(path, package):
            assert depth[imported] < depth[name], f"{name} imports {imported}"


def test_there_are_no_other_packages():
    assert {path.parent.relative_to(ROOT).as_posix() for path in (ROOT / "industag").rglob("__init__.py")} == {
        package.replace(".", "/") for package in LAYERS
    }


@pytest.mark.parametrize("package", sorted(set(LAYERS) - {"industag"}))
def test_what_is_in_a_package_imports_only_from_below_it(package):
    depth, own = depth_in("industag"), package.removeprefix("industag.")
    for name, path in modules_of(package).items():
        for imported in set(imports_of(path, "industag")) - {own}:
            assert depth[imported] < depth[own], f"{name} imports {imported}"


def test_what_goes_into_the_loops_is_what_their_cache_depends_on():
    pytest.importorskip("numba")
    from industag.kernel.compiling import MADE_OF

    no_constants = {"calibration", "scoring", "threads"}
    for path in (ROOT / "industag" / "kernel").glob("*.py"):
        names = {
            name
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.ImportFrom) and node.module == "industag"
            for name in (alias.name for alias in node.names)
        }
        assert names | set(imports_of(path, "industag")) <= {*MADE_OF, *no_constants, "kernel"}, path.name


def test_each_data_folder_is_opened_by_its_own_module():
    code = ROOT / "industag"
    for folder, allowed in READERS.items():
        users = [path for path in code.rglob("*.py") if f'data_folder("{folder}")' in path.read_text("utf-8")]
        assert {path.relative_to(code).with_suffix("").as_posix() for path in users} <= allowed, folder


@pytest.mark.parametrize("command", ["import industag", "import industag.cli"])
def test_start_up_loads_nothing_heavy(command):
    code = f"import sys; {command}; print(sorted({{'numpy', 'scipy', 'sklearn', 'yaml'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_tagging_does_not_load_what_only_training_needs():
    code = (
        "import sys, industag; industag.load().tag('wind'); print(sorted({'scipy', 'sklearn', 'yaml'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_nothing_reaches_for_the_network():
    forbidden = {"urllib", "http", "socket", "requests", "ftplib", "pickle", "subprocess"}
    for path in (ROOT / "industag").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            allowed = {"subprocess"} if path.stem == "isolated" else set()  # it starts this interpreter alone
            assert not {name.split(".")[0] for name in names} & (forbidden - allowed), path.name
