"""The shape of the code: imports point one way, each data folder has one reader, and start-up stays light."""

import ast
import subprocess
import sys

import pytest
from conftest import ROOT

LAYERS = [
    {"errors", "places", "documents", "formats", "frames"},
    {"strict_yaml", "normalise", "decoding", "blocks", "jsonl_rows", "markdown", "extras", "text_column", "office_zip"},
    {"units", "sentences", "taxonomy", "csv_rows", "finding", "gzipped", "html_text"},
    {"pdf_pages", "docx_text", "xlsx_rows", "parquet_rows"},
    {"page_text", "isolated"},
    {"binary_files"},
    {"reading_process"},
    {"matcher", "terms", "learning", "taxonomy_files", "labelled"},
    {"keywords", "evaluation", "calibration"},
    {"scoring", "lint", "seeded", "details", "harvest"},
    {"classifier", "answers", "kernel", "measured"},
    {"seeds"},
    {"fast"},
    {"tagger"},
    {"training", "artefact", "joblib_files", "readers"},
    {"card", "rows", "chunks"},
    {"records", "terminal"},
    {"tally", "forms", "report"},
    {"quick_records"},
    {"workers", "tables", "progress"},
    {"writers"},
    {"journal"},
    {"batch"},
    {"cli"},
    {"__init__", "__main__"},
]
KERNEL_LAYERS = [
    {"characters", "compiling"},
    {"tables", "splitting"},
    {"reading"},
    {"ruling", "judging"},
    {"tagging"},
    {"engine"},
    {"__init__"},
]
READERS = {"taxonomy": {"taxonomy_files", "cli"}, "seeds": {"seeds"}, "model": {"artefact", "cli"}}


def imports_of(path, package):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(package + "."):
            yield node.module.removeprefix(package + ".").split(".")[0]


@pytest.mark.parametrize(("package", "layers"), [("industag", LAYERS), ("industag.kernel", KERNEL_LAYERS)])
def test_every_module_imports_only_from_layers_below(package, layers):
    depth = {module: number for number, layer in enumerate(layers) for module in layer}
    folder = ROOT / package.replace(".", "/")
    modules = {path.stem: path for path in folder.glob("*.py")}
    folders = {path.parent.name for path in folder.glob("*/__init__.py")}
    assert set(modules) | folders == set(depth)
    for name, path in modules.items():
        for imported in imports_of(path, package):
            assert depth[imported] < depth[name], f"{name} imports {imported}"


def test_the_kernel_stands_between_its_layers():
    depth = {module: number for number, layer in enumerate(LAYERS) for module in layer}
    for path in (ROOT / "industag" / "kernel").glob("*.py"):
        assert all(depth[imported] <= depth["kernel"] for imported in imports_of(path, "industag")), path.name


def test_what_goes_into_the_loops_is_what_their_cache_depends_on():
    pytest.importorskip("numba")
    from industag.kernel.compiling import MADE_OF

    types_alone = {"calibration", "scoring"}
    for path in (ROOT / "industag" / "kernel").glob("*.py"):
        names = {
            name
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.ImportFrom) and node.module == "industag"
            for name in (alias.name for alias in node.names)
        }
        assert names | set(imports_of(path, "industag")) <= {*MADE_OF, *types_alone, "kernel"}, path.name


def test_each_data_folder_is_opened_by_its_own_module():
    for folder, allowed in READERS.items():
        users = {p.stem for p in (ROOT / "industag").glob("*.py") if f'data_folder("{folder}")' in p.read_text("utf-8")}
        assert users <= allowed, folder


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
    for path in (ROOT / "industag").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            allowed = {"subprocess"} if path.stem == "isolated" else set()  # it starts this interpreter alone
            assert not {name.split(".")[0] for name in names} & (forbidden - allowed), path.name
