"""industag tags English and Chinese text against a taxonomy of strategic emerging and future industries.

>>> import industag
>>> tagger = industag.load()
>>> tagger.tag("Laser cutting machines for door makers").labels
('laser-manufacturing',)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from industag.answers import Evidence, Explanation, Tag, TaggedText, TagOptions
    from industag.artefact import load, save
    from industag.classifier import Classifier
    from industag.errors import IndustagError
    from industag.evaluation import evaluate
    from industag.joblib_files import export_joblib, import_joblib
    from industag.labelled import LabelledText, read_labelled
    from industag.learned import LearnedTerm, TermWeight
    from industag.seeded.estimator import SeededClassifier
    from industag.seeds import load_learned_terms, load_seed_sentences, load_term_weights
    from industag.sentences import split_sentences
    from industag.tagger import Tagger
    from industag.taxonomy import Keyword, Label, Taxonomy
    from industag.taxonomy_files import load_taxonomy
    from industag.training import train

__version__ = "0.1.0"

__all__ = [
    "Classifier",
    "Evidence",
    "Explanation",
    "IndustagError",
    "Keyword",
    "Label",
    "LabelledText",
    "LearnedTerm",
    "SeededClassifier",
    "Tag",
    "TagOptions",
    "TaggedText",
    "Tagger",
    "Taxonomy",
    "TermWeight",
    "evaluate",
    "export_joblib",
    "import_joblib",
    "load",
    "load_learned_terms",
    "load_seed_sentences",
    "load_taxonomy",
    "load_term_weights",
    "read_labelled",
    "save",
    "split_sentences",
    "train",
]

# Each public name is imported when it is first used, so that "import industag" is instant and tagging never pays for
# the libraries that only training needs.
_HOME = {
    "Classifier": "classifier",
    "Evidence": "answers",
    "Explanation": "answers",
    "IndustagError": "errors",
    "Keyword": "taxonomy",
    "Label": "taxonomy",
    "LabelledText": "labelled",
    "LearnedTerm": "learned",
    "SeededClassifier": "seeded.estimator",
    "Tag": "answers",
    "TagOptions": "answers",
    "TaggedText": "answers",
    "Tagger": "tagger",
    "Taxonomy": "taxonomy",
    "TermWeight": "learned",
    "evaluate": "evaluation",
    "export_joblib": "joblib_files",
    "import_joblib": "joblib_files",
    "load": "artefact",
    "load_learned_terms": "seeds",
    "load_seed_sentences": "seeds",
    "load_taxonomy": "taxonomy_files",
    "load_term_weights": "seeds",
    "read_labelled": "labelled",
    "save": "artefact",
    "split_sentences": "sentences",
    "train": "training",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    if name in _HOME:
        return getattr(importlib.import_module(f"industag.{_HOME[name]}"), name)
    raise AttributeError(f"module 'industag' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
