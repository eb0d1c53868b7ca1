"""Models of others on the Models page: an upload becomes work in the background, and a report of what was found."""

from __future__ import annotations

import html
import importlib.util
from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit as st

from inkdigits.errors import MissingExtraError, RightsError
from inkdigits.foreign.background import Import, imports, read_import, start_import
from inkdigits.foreign.source import Form, form_of
from inkdigits.jobs.process import delete, stop
from inkdigits.registry import Model, Registry
from inkdigits.web.accounts.gate import as_admin
from inkdigits.wording import plain

PACE = 1.0
"""Seconds from one look at a running import to the next."""

_NEEDED = {"train": ("torch", "onnx"), "keras": ("torch", "onnx", "h5py", "keras")}


def take(registry: Registry, data: bytes, file: str) -> Model | None:
    """Keeps a model of ours at once; of others, starts the import and gives None.

    Raises:
        ModelError: It is nothing that can be imported.
        MissingExtraError: What is needed is not installed.
    """
    form = form_of(data, file)
    if form == "ours":
        return registry.import_(data, label=file)
    _refuse_without(form)
    start_import(registry.home, data, file)
    return None


def show_imports(home: Path) -> None:
    """Draws imports that are at work, and what came of those before, until they are put away."""
    for one in imports(home):
        running = one.standing.state == "running"
        st.fragment(_show, run_every=PACE if running else None)(one.folder, running)


def _show(folder: Path, was_running: bool) -> None:
    one = read_import(folder)
    if was_running and one.standing.state != "running":
        st.rerun()
    with st.container(border=True, key=f"import_of_{folder.name}"):
        if one.standing.state == "running":
            progress = one.standing.progress
            share = progress.get("done", 0) / max(1, progress.get("total", 100))
            st.progress(min(1.0, share), f"{plain(one.file)}: {progress.get('stage') or 'Starting'}")
            st.button(
                "Stop", key=f"stop_{folder.name}", icon=":material/stop_circle:", on_click=_do, args=(stop, folder)
            )
            return
        _show_end(one)
        st.button("Close", key=f"close_{folder.name}", icon=":material/close:", on_click=_do, args=(delete, folder))


def _do(act: Callable[[Path], None], folder: Path) -> None:
    """Stops an import or puts it away; for whoever is no administrator any more, the page starts anew and says so."""
    try:
        as_admin("model changed", f"import: {act.__name__} {read_import(folder).file}", lambda: act(folder))
    except RightsError:
        st.rerun()


def _show_end(one: Import) -> None:
    if one.standing.state == "finished":
        words = f"{plain(one.model)} was imported from {plain(one.file)}. Promote it to read with it."
        st.success(words, icon=":material/check:")
        st.html(_table(one.facts))
    elif one.standing.state == "stopped":
        st.info(f"The import of {plain(one.file)} was stopped.", icon=":material/stop_circle:")
    else:
        message = one.standing.message or "It ended without a word, as after a crash: try again."
        st.error(f"**Nothing was imported.** {plain(message)}", icon=":material/error:")


def _table(facts: Mapping[str, str]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{html.escape(name[:1].upper() + name[1:])}</th><td>{html.escape(told)}</td></tr>'
        for name, told in facts.items()
    )
    return f'<table class="ink-table ink-facts"><caption>What was found out</caption><tbody>{rows}</tbody></table>'


def _refuse_without(form: Form) -> None:
    extra = "train" if form == "onnx" else "keras"
    if any(importlib.util.find_spec(name) is None for name in _NEEDED[extra]):
        raise MissingExtraError("The import of models of others", extra)
