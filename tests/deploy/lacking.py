"""What a test does where a program is lacking: it is skipped on a developer's machine, and fails in CI."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def lacking(reason: str) -> NoReturn:
    """Ends the test."""
    if os.environ.get("INKDIGITS_REQUIRE_RECIPES") == "1":
        pytest.fail(f"INKDIGITS_REQUIRE_RECIPES=1, but {reason}")
    pytest.skip(reason)
