"""What every test may use: one reader, made once."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

from inkdigits import Reader

SLOW = [HealthCheck.too_slow]
settings.register_profile("house", max_examples=25, deadline=None, suppress_health_check=SLOW, derandomize=True)
settings.register_profile("explore", max_examples=500, deadline=None, suppress_health_check=SLOW)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader()
