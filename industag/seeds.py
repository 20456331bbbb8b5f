"""The folder ``seeds/``: what training starts from besides the keywords."""

from __future__ import annotations

from pathlib import Path

from industag.errors import SeedsError
from industag.labelled import LabelledText, read_labelled
from industag.learned import LearnedTerm, TermWeight, read_learned_terms, read_term_weights
from industag.measured import Measured, read_measured
from industag.places import data_folder
from industag.taxonomy import Taxonomy


def load_seed_sentences(taxonomy: Taxonomy, path: str | Path | None = None) -> list[LabelledText]:
    """Return the sentences written for training, from the folder ``sentences`` of a seeds folder.

    Raises:
        SeedsError: The folder is missing, or lines in it cannot be used; all of the first such file are named.
    """
    folder = (data_folder("seeds") if path is None else Path(path)) / "sentences"
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise SeedsError(f"{folder}: no .jsonl file with training sentences; give the seeds folder")
    return [sentence for file in files for sentence in read_labelled(file, taxonomy, SeedsError)]


def load_learned_terms(taxonomy: Taxonomy, path: str | Path | None = None) -> list[LearnedTerm]:
    """Return the learned terms of a seeds folder, from its table ``terms.tsv``; none where there is no such table.

    Raises:
        SeedsError: The table cannot be read, or has rows that cannot be used; every such row is named.
    """
    table = (data_folder("seeds") if path is None else Path(path)) / "terms.tsv"
    return read_learned_terms(table, taxonomy) if table.exists() else []


def load_term_weights(taxonomy: Taxonomy, path: str | Path | None = None) -> list[TermWeight]:
    """Return the weights of terms of a seeds folder, from its table ``weights.tsv``; none where there is no such table.

    Raises:
        SeedsError: The table cannot be read, or has rows that cannot be used; every such row is named.
    """
    table = (data_folder("seeds") if path is None else Path(path)) / "weights.tsv"
    return read_term_weights(table, taxonomy) if table.exists() else []


def load_measured(path: str | Path | None = None) -> Measured | None:
    """Return the figures recorded in a seeds folder for the model card, or None.

    Raises:
        SeedsError: They cannot be read.
    """
    return read_measured((data_folder("seeds") if path is None else Path(path)) / "measured.json")
