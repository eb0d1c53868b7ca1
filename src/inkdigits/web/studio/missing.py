"""What a page says when training is not installed: one line, with the command."""

from __future__ import annotations

import importlib.util

import streamlit as st

from inkdigits.errors import MissingExtraError

_NEEDED = ("torch", "psutil", "onnx")


def training_missing() -> MissingExtraError | None:
    """Why nothing can be trained here, or None when it can; imports nothing."""
    if all(importlib.util.find_spec(name) is not None for name in _NEEDED):
        return None
    return MissingExtraError("Training", "train")


def stop_without_training() -> None:
    """Says how to install training, and ends the page, when it is not installed."""
    problem = training_missing()
    if problem is not None:
        st.info(f"{problem}", icon=":material/download:")
        st.stop()
