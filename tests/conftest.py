"""What every test may use: one reader, made once."""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import tempfile

import pytest
from hypothesis import HealthCheck, settings

from inkdigits import Reader
from old_streamlit import remember_components

pytest_plugins = ["postgres"]

SLOW = [HealthCheck.too_slow]
settings.register_profile("house", max_examples=25, deadline=None, suppress_health_check=SLOW, derandomize=True)
settings.register_profile("explore", max_examples=500, deadline=None, suppress_health_check=SLOW)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))

HOME = tempfile.mkdtemp(prefix="inkdigits-home-")
os.environ["INKDIGITS_HOME"] = HOME  # also of what the tests start: no model of this machine's user reads for them
atexit.register(shutil.rmtree, HOME, ignore_errors=True)


def pytest_configure(config: pytest.Config) -> None:
    """Lets pytest-xdist hand files out in the order below, instead of those with many tests first."""
    config.option.loadscopereorder = False
    remember_components()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begins with the files that take long: one of them at the end keeps a single process busy, and the others wait.

    Before them comes the service, whose tests parse much: Python 3.11 cannot always do it in a process that has driven
    a browser ("AST constructor recursion depth mismatch", of greenlets).
    """
    long = {item.path for item in items if any(map(item.get_closest_marker, ("slow", "browser")))}
    items.sort(key=lambda item: (item.path.parent.name != "service", item.path not in long))


@pytest.fixture(autouse=True)
def logs_are_kept() -> None:
    """No test is deaf because a library set up logging before it; Optuna's migrations switch all other logs off."""
    for name, logger in logging.root.manager.loggerDict.items():
        if name.startswith("inkdigits") and isinstance(logger, logging.Logger):
            logger.disabled = False


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader()
