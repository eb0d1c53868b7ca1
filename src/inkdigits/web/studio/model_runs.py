"""Finished trainings on the Models page: those that are not among the models yet can be added."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import streamlit as st

from inkdigits.registry import Model, Registry
from inkdigits.training.jobs.job import is_finished
from inkdigits.web.studio.models import do
from inkdigits.wording import plain


def show_runs(registry: Registry, found: Sequence[Model]) -> None:
    """Draws the finished trainings of the home folder that are not kept yet, each with a button that adds it.

    Args:
        registry: Where they go to.
        found: The models that there are.
    """
    left = unkept_runs(registry.home / "runs", found)
    if not left:
        return
    with st.expander(f"Finished trainings · {len(left)}", icon=":material/library_add:"):
        st.caption("Trained on the Train page, and not among the models yet.")
        with st.container(horizontal=True):
            for run in left:
                st.button(
                    f"Add {run.name}",
                    icon=":material/library_add:",
                    key=f"add_run_{run.name}",
                    on_click=do,
                    args=("model changed", f"added {run.name}", partial(_added, registry, run)),
                )


def unkept_runs(runs: Path, found: Sequence[Model]) -> list[Path]:
    """Folders of finished trainings whose model is not kept, by name."""
    kept = {model.sha256 for model in found}
    finished = sorted(path for path in runs.iterdir() if is_finished(path)) if runs.is_dir() else []
    return [run for run in finished if hashlib.sha256((run / "digit.onnx").read_bytes()).hexdigest() not in kept]


def _added(registry: Registry, run: Path) -> str:
    model = registry.add(run, "digit", run.name)
    return f"{plain(run.name)} is among the models now, as {model.id}. Promote it to read with it."
