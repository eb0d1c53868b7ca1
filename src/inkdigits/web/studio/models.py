"""Models on the Studio page: a row each, with what can be done with it, and its card."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from inkdigits.errors import InkDigitsError
from inkdigits.foreign.source import ENDINGS
from inkdigits.registry import SHIPPED, Model, Registry
from inkdigits.web.accounts.gate import as_admin
from inkdigits.web.deleting import ask_to_delete
from inkdigits.web.studio.model_export import show_export
from inkdigits.web.studio.model_import import show_imports, take
from inkdigits.wording import plain

if TYPE_CHECKING:
    from inkdigits.storage.audit import Action

SAID = "studio.models.said"
NAMES = {"digit": "Single digits", "line": "Numbers"}
READS = {"digit": "digits", "line": "numbers"}
MEGABYTE = 2**20


def show_kind(registry: Registry, kind: str, found: list[Model]) -> None:
    """Draws the models of one kind under a heading, with the way back to the one before."""
    pointer = registry.pointer(kind)
    head, back = st.columns([3, 1], vertical_alignment="bottom")
    head.subheader(NAMES[kind], anchor=False)
    back.button(
        "Roll back",
        key=f"back_{kind}",
        icon=":material/undo:",
        help=f"Back to {pointer.history[-1]}" if pointer.history else "Nothing was promoted over another model yet",
        disabled=not pointer.history,
        on_click=do,
        args=("promotion", f"back from {pointer.id}", lambda: _now_reads(registry.rollback(kind))),
        width="stretch",
    )
    for model in found:
        _show_row(registry, model, active=model.id == pointer.id)


def show_others(registry: Registry, found: list[Model]) -> None:
    """Draws models whose card is damaged, so that nobody knows their kind."""
    if found:
        st.subheader("Damaged", anchor=False)
    for model in found:
        _show_row(registry, model, active=False)


def show_import(registry: Registry, max_bytes: int) -> None:
    """Draws the uploader for models, ours and others; a file that arrived leaves it empty."""
    show_imports(registry.home)
    turn = st.session_state.get("studio.models.turn", 0)
    file = st.file_uploader(
        "Import a model",
        type=list(ENDINGS),
        max_upload_size=max(1, max_bytes // MEGABYTE),
        key=f"import_{turn}",
        help="A file that was exported here or with 'inkdigits models export', or a classifier of 28x28 digits that "
        "others trained (ONNX, Keras). One that is damaged or could run code is refused.",
    )
    if file is not None:
        st.session_state["studio.models.turn"] = turn + 1
        do("model changed", f"imported {file.name}", lambda: _imported(registry, file.getvalue(), file.name))
        st.rerun()


def show_said() -> None:
    """Draws what came of the last action, once."""
    good, words = st.session_state.pop(SAID, (True, ""))
    if words:
        (st.success if good else st.error)(words, icon=":material/check:" if good else ":material/error:")


def _show_row(registry: Registry, model: Model, active: bool) -> None:
    key = f"{model.kind}_{model.id}"
    with st.container(border=True, key=f"model_{key}"):
        st.html(_row(model, active))
        with st.container(horizontal=True):
            pressed = st.button(
                "Promote",
                key=f"promote_{key}",
                icon=":material/publish:",
                help="Reads from now on, here and in every program on this machine",
                disabled=active or bool(model.problem),
                on_click=None if model.is_weak else _promote,
                args=(registry, model),
            )
            if pressed and model.is_weak:
                _confirm_weak(registry, model)
            if st.button("Card", key=f"card_{key}", icon=":material/description:", disabled=bool(model.problem)):
                show_card(model)
            show_export(registry, model, key)
            if model.id != SHIPPED and st.button(
                "Delete",
                key=f"delete_{key}",
                icon=":material/delete:",
                help="The active model cannot be deleted" if active else None,
                disabled=active,
            ):
                copy = "" if model.problem else " Export it first to keep a copy."
                ask_to_delete(
                    "model",
                    f"**{plain(model.name)}** and its checkpoint are deleted for good.{copy}",
                    lambda: do("model changed", f"deleted {model.id}", lambda: _deleted(registry, model)),
                )


def _promote(registry: Registry, model: Model) -> None:
    do("promotion", model.id, lambda: _now_reads(registry.promote(model.id, model.kind)))


@st.dialog("Let this model read?")
def _confirm_weak(registry: Registry, model: Model) -> None:
    """Asks before a model that reads little takes the place of one that reads well."""
    st.write(
        f"**{plain(model.name)}** was right on few of the pictures it was checked on ({model.headline}). "
        f"It would read all {READS[model.kind]} from now on, here and in every program on this machine, until you "
        "roll back."
    )
    with st.container(horizontal=True):
        if st.button(
            "Promote it", icon=":material/publish:", on_click=_promote, args=(registry, model), key="weak_yes"
        ):
            st.rerun()
        if st.button("Keep the one that reads", key="weak_no"):
            st.rerun()


@st.dialog("Model card", width="medium")
def show_card(model: Model) -> None:
    """Draws all that is known of a model."""
    facts = {
        "Name": model.name,
        "Id": model.id,
        "Made": _made(model),
        "Made from": model.parent or "–",
        "SHA-256": model.sha256,
    }
    st.html(_table("Facts", facts))
    suites = {name: value for name, value in model.metrics.items() if name.startswith("suite_")}
    validation = {name: value for name, value in model.metrics.items() if name not in suites}
    for where, figures in (("validation data", validation), ("public sets", suites)):
        if figures:
            st.subheader(f"Measured on {where}", anchor=False)
            rows = dict(told(name.removeprefix("suite_"), value) for name, value in figures.items())
            st.html(_table(f"Measured on {where}", rows))
    settings = {name: str(value) for name, value in model.config.items() if not isinstance(value, dict)}
    if settings:
        words = "How it was imported" if "imported_from" in settings else "Settings of its training"
        st.subheader(words, anchor=False)
        st.html(_table("Settings", settings))
    if model.page:
        with st.expander("What the training wrote about it"):
            st.markdown(model.page)


def do(action: Action, subject: str, work: Callable[[], str]) -> None:
    """Runs an action and keeps what came of it for :func:`show_said`."""
    try:
        st.session_state[SAID] = (True, as_admin(action, subject, work))
    except InkDigitsError as error:
        st.session_state[SAID] = (False, plain(str(error)))


def _now_reads(model: Model) -> str:
    return f"{plain(model.name)} reads {READS[model.kind]} from now on."


def _imported(registry: Registry, data: bytes, file: str) -> str:
    model = take(registry, data, file)
    return (
        ""
        if model is None
        else f"{plain(model.name)} was imported from {plain(Path(file).name)}. Promote it to read with it."
    )


def _deleted(registry: Registry, model: Model) -> str:
    registry.delete(model.id)
    return f"{plain(model.name)} was deleted."


def _row(model: Model, active: bool) -> str:
    state = "active" if active else ""
    if model.problem:
        state = "active, but damaged" if active else "damaged"
    badge = f'<span class="ink-badge">{state}</span>' if state else ""
    measured = f"<p>{html.escape(model.headline)}</p>" if model.headline else ""
    problem = f'<p role="alert"><strong>Refused:</strong> {html.escape(model.problem)}.</p>' if model.problem else ""
    facts = f'<p class="ink-note">{_made(model)} · {html.escape(model.id)}</p>'
    return f'<div class="ink-model"><h3>{html.escape(model.name)} {badge}</h3>{measured}{facts}{problem}</div>'


def _made(model: Model) -> str:
    if model.id == SHIPPED:
        return "comes with inkdigits"
    return html.escape(model.created[:16].replace("T", " ")) + " UTC" if model.created else "–"


def told(name: str, value: float) -> tuple[str, str]:
    """A metric in words: ``val_pens`` of 0.992 is ``pens``, 99.2 %."""
    words = name.removeprefix("val_").replace("_", " ")
    share = 0 <= value <= 1 and not name.endswith("loss")
    return words, f"{100 * value:.2f} %" if share else f"{value:,.5g}"


def _table(caption: str, rows: dict[str, str]) -> str:
    body = "".join(
        f'<tr><th scope="row">{html.escape(name)}</th><td>{html.escape(value)}</td></tr>'
        for name, value in rows.items()
    )
    return f'<table class="ink-table ink-facts"><caption>{caption}</caption><tbody>{body}</tbody></table>'
