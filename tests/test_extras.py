import sys
import tomllib

import pytest
from conftest import ROOT

from industag.errors import ExtraError, InputError
from industag.extras import LIBRARIES, load_extra


def test_a_library_that_is_there_is_loaded():
    assert load_extra("pyarrow.parquet", "a.parquet: needs", InputError).__name__ == "pyarrow.parquet"


def test_a_missing_library_is_named_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(ExtraError) as raised:
        load_extra("numba", "the compiled loops need", ExtraError)
    assert str(raised.value) == "the compiled loops need numba; install it with: pip install 'industag[fast]'"


@pytest.mark.parametrize("library", LIBRARIES)
def test_each_extra_brings_the_library_it_is_named_for(library):
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert any(each.replace("-", "_").startswith(library) for each in extras[LIBRARIES[library]])
