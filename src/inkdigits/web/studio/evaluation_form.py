"""The form of an evaluation: which models, and on which digits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from inkdigits.evaluation import sets_at_hand
from inkdigits.evaluation.models import ACTIVE, models_at_hand
from inkdigits.settings import Settings
from inkdigits.training.datasets import DataError
from inkdigits.training.own_zip import unpack_own
from inkdigits.web.kept import forget, keep_files, kept

OWN = "own"
MOST = 2
CHOSEN = "studio.evaluate.models"
UPLOAD = "evaluate_upload"
MEGABYTE = 2**20
TITLES = {
    "drawn": "Built-in sample · 300 drawn in haste",
    "mnist": "MNIST test · 10,000 handwritten",
    "canvas_sim": "Pad drawings · 2,000",
    "pendigits": "Pen digits of unseen writers · 3,498",
    "unipen_digits_dev": "Very varied pens · 9,467",
    "photo_digits_dev": "Photographed digits · 307",
    "optdigits": "Small scans of forms · optdigits",
    OWN: "My own labelled pictures",
}
OWN_FORMS = (
    "A ZIP with sub-folders named 0 to 9, or with pictures and a labels.csv (columns file and label); or a CSV with a "
    "label and 784 pixels a row."
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An evaluation that is asked for.

    Attributes:
        models: Names for :func:`inkdigits.evaluation.models.open_model`.
        data: A data set, or ``"own"``.
        upload: Name and bytes of what was uploaded, or None.
    """

    models: Sequence[str]
    data: str
    upload: tuple[str, bytes] | None

    def place(self, folder: Path, settings: Settings) -> tuple[str, str]:
        """Where the digits are, and what to call them; an upload is kept in the measurement's folder.

        Raises:
            DataError: There is no file, or it cannot be unpacked.
        """
        if self.data != OWN:
            return self.data, self.data
        if self.upload is None:
            raise DataError("there is no file yet: choose a ZIP or CSV of labelled digits first")
        name, data = self.upload
        path = folder / "upload.csv"
        if name.lower().endswith(".csv"):
            path.write_bytes(data)
        else:
            path = unpack_own(data, folder, settings)
        return str(path.resolve()), Path(name).stem


def choose_models(names: Sequence[str]) -> None:
    """Lets the form begin with these models when it is drawn next."""
    st.session_state[CHOSEN] = list(names)
    forget(_key(names))


def ask_evaluation(settings: Settings) -> Wanted | None:
    """Draws the form; gives what was asked for in the run in which its button was pressed, else None."""
    left, right = st.columns(2, gap="medium")
    there = [*models_at_hand(settings), ACTIVE]
    chosen = [name for name in st.session_state.get(CHOSEN, []) if name in there]
    held = [name for name in kept(_key(chosen), chosen or ["shipped"]) if name in there]
    with left:
        models = st.multiselect(
            "Models",
            there,
            default=held,
            max_selections=MOST,
            format_func=_model_title,
            key=_key(chosen),
            help="One, or two to compare. Models of your own are kept on the Models page.",
        )
    with right:
        sets = ["drawn", *(name for name in sets_at_hand(settings.data) if name != "drawn"), OWN]
        first = kept("evaluate_data", "drawn")
        index = sets.index(first) if first in sets else 0
        data = st.selectbox("Digits", sets, index, format_func=TITLES.__getitem__, key="evaluate_data")
    if settings.data is None:
        st.caption("More data sets appear here when INKDIGITS_DATA names the data folder.")
    upload = _ask_upload(settings) if data == OWN else None
    pressed = st.button(
        "Measure", icon=":material/straighten:", type="primary", key="evaluate_start", disabled=not models
    )
    if not models:
        st.caption("Choose a model first.")
    return Wanted(models, data, upload) if pressed and data else None


def _ask_upload(settings: Settings) -> tuple[str, bytes] | None:
    def draw() -> list[UploadedFile]:
        limit = max(1, settings.max_bytes // MEGABYTE)
        file = st.file_uploader("Labelled pictures", type=["zip", "csv"], key=UPLOAD, max_upload_size=limit)
        return [file] if file is not None else []

    files = keep_files("evaluate.files", UPLOAD, draw, several=False)
    st.caption(OWN_FORMS)
    return (files[0].name, files[0].getvalue()) if files else None


def _key(chosen: Sequence[str]) -> str:
    """Of the choice of models: another one when others were put there."""
    return "_".join(["evaluate_models", *chosen])


def _model_title(name: str) -> str:
    return {"shipped": "Shipped model", ACTIVE: "What reads now"}.get(name, name)
