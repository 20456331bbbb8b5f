"""Figures measured on real sentences: recorded by ``industag evaluate``, shown in the model card."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from industag.errors import SeedsError
from industag.evaluation import Quality
from industag.scoring import Scorer


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one evaluation.

    Attributes:
        on: What the texts are, in a few words.
        weights: The fingerprint of the weights that were measured.
        quality: The figures, by group of texts and level.
    """

    on: str
    weights: str
    quality: Mapping[tuple[str, str], Quality]

    def to_json(self) -> str:
        """Return the record as JSON."""
        figures = {
            f"{group}.{level}": {name: round(value, 4) for name, value in asdict(quality).items()}
            for (group, level), quality in self.quality.items()
        }
        return json.dumps({"on": self.on, "weights": self.weights, "quality": figures}, ensure_ascii=False, indent=1) + "\n"


def read_measured(path: Path) -> Measured | None:
    """Return the record in a file, or None where there is no such file.

    Raises:
        SeedsError: The file holds no record.
    """
    try:
        data = json.loads(path.read_text("utf-8"))
        quality = {_key(key): Quality(**figures) for key, figures in data["quality"].items()}
        return Measured(str(data["on"]), str(data["weights"]), quality)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SeedsError(
            f"{path}: holds no figures of an evaluation; write it anew with industag evaluate --record"
        ) from error


def _key(key: str) -> tuple[str, str]:
    group, level = key.split(".")
    return group, level


def fingerprint_of_weights(scorer: Scorer) -> str:
    """Return twelve hexadecimal digits that change when any weight does, or what it is the weight of."""
    weights = scorer.weights
    digest = hashlib.sha256(scorer.taxonomy.canonical + "\n".join(scorer.vocabulary.keys).encode("utf-8", "surrogatepass"))
    for array in (weights.bias, weights.keyword, weights.row, weights.label, weights.term):
        digest.update(array.tobytes())
    return digest.hexdigest()[:12]
