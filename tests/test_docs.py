"""The documents say what is true: every command in them exists and their examples come out as printed."""

import ast
import re
import shlex

import pytest
from click.testing import CliRunner
from conftest import ROOT

from industag.cli import main

READMES = ["README.md", "README.zh.md"]
INSTALL_AND_TAG = "python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/industag tag docs/examples"
INSTALL_AND_TEST = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev]' && .venv/bin/pytest -q"


def commands_in(readme):
    blocks = re.findall(r"```(?:sh|console)\n(.*?)```", (ROOT / readme).read_text("utf-8"), re.DOTALL)
    for line in "\n".join(blocks).splitlines():
        found = re.search(r"(?:^|\$ |\| )(industag .*?)(?: +# .*)?$", line)
        if found:
            yield found.group(1).split(" | ")[0]


def names(group):
    for name, command in group.commands.items():
        yield from ([f"{name} {below}" for below in command.commands] if hasattr(command, "commands") else [name])


@pytest.mark.parametrize("readme", READMES)
def test_both_commands_are_in_the_readme_and_ci_calls_the_second(readme):
    text = (ROOT / readme).read_text("utf-8")
    assert INSTALL_AND_TAG in text
    assert INSTALL_AND_TEST in text
    assert INSTALL_AND_TEST in (ROOT / ".ci" / "run").read_text("utf-8")


@pytest.mark.parametrize("readme", READMES)
def test_every_command_shown_is_one_that_exists(readme):
    shown = list(commands_in(readme))
    assert len(shown) >= 10
    for command in shown:
        arguments = shlex.split(command)[1:]
        group = main
        while hasattr(group, "commands"):
            group = group.commands[arguments.pop(0)]
        known = {option for parameter in group.params for option in parameter.opts}
        assert {each for each in arguments if each.startswith("-") and each != "-"} <= known, command


def test_every_command_is_in_the_readme():
    text = (ROOT / "README.md").read_text("utf-8")
    for name in names(main):
        assert f"industag {name}" in text, name


@pytest.mark.parametrize("readme", READMES)
def test_examples_come_out_as_printed(readme):
    block = re.search(r"```console\n\$ (.*?)\n(.*?)```", (ROOT / readme).read_text("utf-8"), re.DOTALL)
    command, output = block.groups()
    echoed = re.match(r'echo "(.*)" \| (.*)', command)
    text, command = echoed.groups() if echoed else (None, command)
    result = CliRunner().invoke(main, shlex.split(command)[1:], input=text)
    assert result.stdout.strip() == output.strip()


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_every_module_and_folder_is_in_the_reading_order(readme):
    text = (ROOT / readme).read_text("utf-8")
    for path in (ROOT / "industag").rglob("[!_]*.py"):
        if path.stem not in ("errors", "places"):
            assert f" {path.name}" in text, path.name
    for path in (ROOT / "industag").rglob("__init__.py"):
        assert f"{path.parent.name}/" in text, path.parent


def test_a_package_says_what_each_of_its_modules_is_for():
    for package in (ROOT / "industag").glob("*/__init__.py"):
        said = ast.get_docstring(ast.parse(package.read_text("utf-8")))
        modules = [path.stem for path in package.parent.glob("[!_]*.py")]
        assert [name for name in modules if not re.search(rf"\b{name}\b", said)] == [], package.parent.name
