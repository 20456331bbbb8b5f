"""What several test modules share: a tiny taxonomy, the shipped model, and the folder with material for measuring."""

from __future__ import annotations

from pathlib import Path

import pytest

import industag
from industag.tagger import Tagger
from industag.taxonomy import Taxonomy
from industag.training import train

ROOT = Path(__file__).resolve().parent.parent

TINY = """
id: energy
en: Energy
zh: 能源
scope: {en: Energy of every kind., zh: 各类能源。}
keywords:
  en: [energy industry]
  zh: [能源产业]
classes:
  - id: wind
    en: Wind power
    zh: 风电
    keywords:
      en: [wind power, wind turbine, {term: blade, near: [turbine, wind], weight: 0.5}]
      zh: [风电, 风力发电]
  - id: sun
    en: Solar power
    zh: 太阳能
    keywords:
      en: [solar cell, {term: PV, case: exact}, {term: sun, not: [sun hat, sunday paper]}]
      zh: [光伏, {term: 太阳, not: [太阳镜]}]
    classes:
      - id: perovskite
        en: Perovskite cells
        zh: 钙钛矿
        keywords:
          en: [perovskite solar cell]
          zh: [钙钛矿]
"""


@pytest.fixture
def tiny_path(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.yaml"
    path.write_text(TINY, encoding="utf-8")
    return path


@pytest.fixture
def tiny(tiny_path: Path) -> Taxonomy:
    return industag.load_taxonomy(tiny_path)


@pytest.fixture
def tiny_tagger(tiny: Taxonomy) -> Tagger:
    return train(tiny).tagger


@pytest.fixture(scope="session")
def tagger() -> Tagger:
    """The shipped model."""
    return industag.load()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real text for measuring; it is no part of the product."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the material for measuring is not here")
    return folder
