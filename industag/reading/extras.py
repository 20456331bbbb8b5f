"""Extras: libraries that only some formats need, loaded when they are."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

from industag.errors import InputError


def load_extra(path: Path, module: str, extra: str) -> ModuleType:
    """Return a module that came with an extra and that a file needs.

    Raises:
        InputError: It is not installed; the message says how to install it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise InputError(
            f"{path}: needs {module.split('.')[0]}; install it with: pip install 'industag[{extra}]'"
        ) from error
