"""What a page says when training or tuning is not installed: one line, with the command."""

from __future__ import annotations

import importlib.util

import streamlit as st

from inkdigits.errors import MissingExtraError

_NEEDED = ("torch", "psutil", "onnx")
_TUNING = ("optuna",)


def training_missing() -> MissingExtraError | None:
    """Why nothing can be trained here, or None when it can; imports nothing."""
    return None if _there(_NEEDED) else MissingExtraError("Training", "train")


def stop_without_training() -> None:
    """Says how to install training, and ends the page, when it is not installed."""
    _stop(training_missing())


def stop_without_tuning() -> None:
    """Says how to install tuning, and ends the page, when it is not installed."""
    lacking = [extra for extra, needed in (("train", _NEEDED), ("tune", _TUNING)) if not _there(needed)]
    _stop(MissingExtraError("Tuning", ",".join(lacking)) if lacking else None)


def _there(modules: tuple[str, ...]) -> bool:
    return all(importlib.util.find_spec(name) is not None for name in modules)


def _stop(problem: MissingExtraError | None) -> None:
    if problem is not None:
        st.info(f"{problem}", icon=":material/download:")
        st.stop()
