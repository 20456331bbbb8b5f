"""Extras: libraries that only some formats and the compiled loops need, loaded when they do."""

from __future__ import annotations

import importlib
from types import ModuleType

from industag.errors import IndustagError

LIBRARIES = {
    "numba": "fast",
    "pyarrow": "parquet",
    "pypdfium2": "pdf",
    "python_calamine": "office",
    "xlsxwriter": "office",
}
"""The extra that each library comes with."""


def load_extra(module: str, needed_by: str, error: type[IndustagError]) -> ModuleType:
    """Return a library that comes with an extra, or a module of one.

    Args:
        module: Its name.
        needed_by: How the message begins where it is not installed: what needs it, and the verb.
        error: What is raised then.

    Raises:
        IndustagError: It is not installed; the message says how to install it.
    """
    library = module.split(".")[0]
    try:
        return importlib.import_module(module)
    except ImportError as cause:
        command = f"pip install 'industag[{LIBRARIES[library]}]'"
        raise error(f"{needed_by} {library}; install it with: {command}") from cause
