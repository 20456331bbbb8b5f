"""Export to and import from joblib files, for pipelines that want one; a joblib file runs code when it is loaded."""

from __future__ import annotations

from pathlib import Path

from industag.errors import ArtefactError, OutputError
from industag.tagger import Tagger


def export_joblib(tagger: Tagger, path: str | Path) -> None:
    """Write a tagger into a joblib file.

    Raises:
        OutputError: The file cannot be written.
    """
    import joblib

    try:
        joblib.dump(tagger, path, compress=3)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error


def import_joblib(path: str | Path, *, trust: bool = False) -> Tagger:
    """Return the tagger in a joblib file.

    Loading such a file runs whatever code its maker put into it, so it must be asked for with ``trust=True``, for files
    of your own. The model folder (``industag.load``) has no such danger.

    Raises:
        ArtefactError: ``trust`` was not given, or the file holds no tagger.
    """
    if trust is not True:
        raise ArtefactError(
            f"{path}: a joblib file can run any code when it is loaded; pass trust=True (on the command line --trust) "
            "if you made it yourself, or use a model folder instead"
        )
    import joblib

    try:
        tagger = joblib.load(path)
    except OSError as error:
        raise ArtefactError(f"{path}: cannot be read: {error.strerror or error}") from error
    except Exception as error:  # whatever a broken file makes the unpickler do
        raise ArtefactError(f"{path}: not a joblib file of industag ({type(error).__name__})") from error
    if not isinstance(tagger, Tagger):
        raise ArtefactError(f"{path}: holds a {type(tagger).__name__}, not a tagger")
    return tagger
