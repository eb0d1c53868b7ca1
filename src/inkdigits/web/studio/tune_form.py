"""The form of a new study: what trials learn from, how long they are, and where they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from inkdigits.settings import Settings
from inkdigits.web.kept import choose_one, kept
from inkdigits.web.studio.train_form import ADAPT, BASES, OPTIMIZERS, OWN_FORMS, OWN_PLACE

_MANY = 50_000  # digits a trial, from which on the form warns of its time


@dataclass(frozen=True, slots=True)
class Wanted:
    """A study that is asked for.

    Attributes:
        name: Of the study.
        fixed: Settings that no trial changes.
        trials: How many.
        minutes: After which no further one begins, or None.
        storage: Address of a database, or None.
    """

    name: str
    fixed: Mapping[str, Any]
    trials: int
    minutes: float | None
    storage: str | None


def ask_study(settings: Settings, name: str) -> Wanted | None:
    """Draws the form; gives what was asked for in the run in which Start was pressed, else None.

    Args:
        settings: Say where the data folder is.
        name: What to call the study, unless the user says otherwise.
    """
    fixed = _ask_data(settings)
    first, second = st.columns(2, gap="medium")
    trials = first.number_input(
        "Trials", 1, 1_000, kept("tune_trials", 30), key="tune_trials", help="Short trainings, one after another."
    )
    minutes = second.number_input(
        "Time limit in minutes",
        0,
        10_000,
        kept("tune_minutes", 40),
        5,
        key="tune_minutes",
        help="No trial begins after it; 0: no limit.",
    )
    with st.expander("Each trial, and the database", icon=":material/tune:"):
        fixed |= _ask_trial()
        storage = st.text_input(
            "Database that several machines share",
            kept("tune_storage", ""),
            key="tune_storage",
            placeholder="none: a file in the study's folder",
            help="Such as postgresql://user:password@host/name; each machine starts a study of the same name in it.",
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = f"tune_name_{name}"
        called = st.text_input("Name of the study", kept(key, name), key=key, max_chars=64)
        pressed = st.button("Start", icon=":material/play_arrow:", type="primary", key="tune_start")
    return Wanted(called.strip(), fixed, trials, minutes or None, storage.strip() or None) if pressed else None


def _ask_data(settings: Settings) -> dict[str, Any]:
    there = [base for base in BASES if base != ADAPT and (base != "all" or settings.data is not None)]
    base = choose_one("What to learn from", {base: BASES[base] for base in there}, "tune_base", there[0])
    fixed: dict[str, Any] = {"base": base}
    if base == "own":
        path = st.text_input(OWN_PLACE, kept("tune_own", ""), key="tune_own", placeholder="none", help=OWN_FORMS)
        fixed["own"] = str(Path(path.strip()).expanduser().resolve()) if path.strip() else ""
    return fixed


def _ask_trial() -> dict[str, Any]:
    first, second, third = st.columns(3, gap="medium")
    epochs = first.number_input("Epochs of a trial", 1, 1_000, kept("tune_epochs", 6), key="tune_epochs")
    size = second.number_input("Digits an epoch", 100, 1_000_000, kept("tune_size", 8_000), 1_000, key="tune_size")
    with third:
        optimizer = choose_one("Optimizer", OPTIMIZERS, "tune_opt", "sgd")
    if epochs * size > _MANY:
        st.caption("Long trials judge better, short ones try more settings in the same time.")
    return {"epochs": epochs, "epoch_size": size, "optimizer": optimizer}
