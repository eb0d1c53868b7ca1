"""The version is the same wherever it is written."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

import pytest

import inkdigits

CHANGELOG = Path(__file__).parents[1] / "CHANGELOG.md"


def test_package_and_metadata_agree() -> None:
    assert version("inkdigits") == inkdigits.__version__


def test_changelog_is_about_this_version() -> None:
    if not CHANGELOG.is_file():
        pytest.skip("the tests run without the repository around them")
    newest = re.search(r"^## \[(\d[^\]]*)\]", CHANGELOG.read_text(encoding="utf-8"), re.MULTILINE)
    assert newest is not None
    assert newest[1] == inkdigits.__version__
