"""The form of a new training: what to learn from, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from inkdigits.errors import OptionError
from inkdigits.settings import Settings
from inkdigits.web.kept import choose_one, forget, keep_files, kept

if TYPE_CHECKING:
    from inkdigits.training.config import TrainConfig

ADAPT = "adapt"
BASES = {
    "sample": "Built-in sample",
    "mnist": "MNIST",
    "all": "All data sets",
    "own": "My own pictures only",
    ADAPT: "Adapt the current model",
}
MEANT = {
    "sample": "Digits that a generator draws: made in seconds, good for a first try, too tidy for real handwriting.",
    "mnist": "60,000 handwritten digits. Without a data folder they are downloaded once (11 MB).",
    "all": "Everything in the data folder, mixed as for the shipped model. Making the glyphs takes minutes.",
    "own": "Only the pictures that you name below, and non-digits from generators, so that it learns to refuse.",
    ADAPT: "What reads now learns one hand from 20 to 200 pictures, in a minute or two, and keeps what it knows.",
}
OWN_FORMS = (
    "A folder with sub-folders named 0 to 9, a folder with pictures and labels.csv (columns file and label), or a CSV "
    "file with a label and 784 pixels a row."
)
OPTIMIZERS = {"sgd": "SGD", "adamw": "AdamW"}
RATES = {"sgd": 0.1, "adamw": 0.003}
_MANY_STEPS = 10_000  # from which on a training ends well as the shipped one did
_SHORT_ENDS = {"ema": 0.98, "last_rate": 4e-5}  # a short one needs a shorter average, and a rate that falls
_SIZES = ("stem", "middle", "top", "stem_blocks", "blocks", "top_blocks")
_SHORT = {"epochs": 30, "epoch_size": 20_000, "batch_size": 128}
"""A training with the best settings of a study that learned from little; of all data sets, it is as the shipped one."""

MEGABYTE = 2**20
FILLED = "studio.train.filled"
OWN_PLACE = "Folder or CSV file on this server"
UPLOAD = "train_zip"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A training that is asked for.

    Attributes:
        name: Of the run.
        config: Settings that differ from the defaults.
        upload: A ZIP of own pictures, or None.
    """

    name: str
    config: Mapping[str, Any]
    upload: bytes | None


def ask_training(settings: Settings, name: str) -> Wanted | None:
    """Draws the form.

    Args:
        settings: Say where the data folder is, and how large an upload may be.
        name: What to call the run, unless the user says otherwise.

    Returns:
        What was asked for, in the run in which Start was pressed; else None.
    """
    if is_filled():
        st.caption(f"Filled in with the best settings of the study **{st.session_state[FILLED][0]}**.")
    chosen, upload = _ask_data(settings)
    chosen = _adapting(chosen) if chosen["base"] == ADAPT else chosen | _ask_training()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = f"train_name_{name}"
        called = st.text_input("Name of the run", kept(key, name), key=key, max_chars=64)
        pressed = st.button("Start", icon=":material/play_arrow:", type="primary", key="train_start")
    return Wanted(called.strip(), chosen, upload) if pressed else None


def _ask_training() -> dict[str, Any]:
    chosen = _ask_steps()
    with st.expander("The network", icon=":material/account_tree:"):
        chosen |= _ask_network()
    steps = chosen["epochs"] * chosen["epoch_size"] / chosen["batch_size"]
    return chosen | (_SHORT_ENDS if steps < _MANY_STEPS else {})


def _adapting(chosen: Mapping[str, Any]) -> dict[str, Any]:
    """An adaptation's steps and network are settled: nothing more is asked."""
    from inkdigits.training.adapt import adapted

    return adapted(chosen.get("own", ""))


def fill_form(config: TrainConfig, study: str) -> None:
    """Lets the form begin with settings that a study found, when it is drawn next."""
    whole = config.base == "all"
    values = {
        "base": config.base,
        "own": config.own,
        "epochs": config.epochs if whole else _SHORT["epochs"],
        "size": config.epoch_size if whole else _SHORT["epoch_size"],
        "batch": config.batch_size if whole else _SHORT["batch_size"],
        "opt": config.optimizer,
        f"rate_{config.optimizer}": float(f"{config.learning_rate:.3g}"),
        "augment": round(config.augmentation, 2),
        "dropout": round(config.dropout, 2),
        "seed": config.seed,
        "kernel": config.kernel_size,
        **{name: getattr(config, name) for name in _SIZES},
    }
    st.session_state[FILLED] = (study, values)
    for name in (*values, *(f"rate_{one}" for one in RATES)):
        forget(_key(name))  # of the last time that this study filled it in


def is_filled() -> bool:
    """Whether the form holds settings that a study found."""
    return FILLED in st.session_state


def _first(name: str, default: Any) -> Any:
    """What a widget begins with: what it held, else what :func:`_found` says."""
    return kept(_key(name), _found(name, default))


def _found(name: str, default: Any) -> Any:
    """What a study found, else the default."""
    return st.session_state[FILLED][1].get(name, default) if is_filled() else default


def _key(name: str) -> str:
    """Of a widget: another one when the form is filled in, since Streamlit keeps what a widget held before."""
    return f"train_{name}_{st.session_state[FILLED][0]}" if is_filled() else f"train_{name}"


def own_folder(wanted: Wanted, settings: Settings) -> Mapping[str, Any]:
    """The settings with the folder of the uploaded ZIP, unpacked in the home folder. Raises DataError, OptionError."""
    if wanted.upload is None:
        if wanted.config.get("base") == "own" and not wanted.config.get("own"):
            raise OptionError("there are no pictures to learn from: under 'My own pictures', choose a ZIP or a folder")
        return wanted.config
    from inkdigits.training.own_zip import unpack_own

    return {**wanted.config, "own": str(unpack_own(wanted.upload, settings.home / "own", settings))}


def _ask_data(settings: Settings) -> tuple[dict[str, Any], bytes | None]:
    there = [base for base in BASES if base != "all" or settings.data is not None]
    first = _found("base", there[0])
    titles = {base: BASES[base] for base in there}
    base = choose_one("What to learn from", titles, _key("base"), first if first in there else there[0])
    st.caption(MEANT[base])
    if "all" not in there:
        st.caption("All data sets need the data folder: set INKDIGITS_DATA and start the application again.")
    with st.expander("My own pictures", icon=":material/folder_open:", expanded=base in ("own", ADAPT)):
        st.caption(OWN_FORMS)
        path = st.text_input(OWN_PLACE, _first("own", ""), key=_key("own"), placeholder="none")
        file = _ask_zip(settings)
    chosen: dict[str, Any] = {"base": base}
    if (path or "").strip():
        chosen["own"] = str(Path(path.strip()).expanduser().resolve())
    elif file is not None:
        chosen["own"] = file.name  # replaced by the folder that it is unpacked into
    return chosen, file.getvalue() if file is not None and not (path or "").strip() else None


def _ask_zip(settings: Settings) -> UploadedFile | None:
    """The ZIP of own pictures, if there is one."""

    def draw() -> list[UploadedFile]:
        limit = max(1, settings.max_bytes // MEGABYTE)
        file = st.file_uploader("Or a ZIP of labelled pictures", type="zip", key=UPLOAD, max_upload_size=limit)
        return [file] if file is not None else []

    return next(iter(keep_files("train.files", UPLOAD, draw, several=False)), None)


def _ask_steps() -> dict[str, Any]:
    first, second, third = st.columns(3, gap="medium")
    with first:
        epochs = st.number_input("Epochs", 1, 10_000, _first("epochs", 10), key=_key("epochs"))
        size = st.number_input("Digits an epoch", 100, 10_000_000, _first("size", 4_000), 1_000, key=_key("size"))
        batch = st.number_input("Batch size", 2, 8_192, _first("batch", 128), 16, key=_key("batch"))
    with second:
        optimizer = choose_one("Optimizer", OPTIMIZERS, _key("opt"), _found("opt", "sgd"))
        rate = st.number_input(
            "Learning rate",
            0.00001,
            10.0,
            _first(f"rate_{optimizer}", RATES[optimizer]),
            0.001,
            format="%.5g",
            key=_key(f"rate_{optimizer}"),
        )
        patience = st.number_input(
            "Early stopping",
            0,
            10_000,
            kept("train_patience", 0),
            key="train_patience",
            help="Epochs without a lower validation loss after which it ends with its best weights; 0: never.",
        )
    with third:
        strength = st.slider(
            "Augmentation",
            0.0,
            2.0,
            _first("augment", 0.7),
            0.01,
            key=_key("augment"),
            help="How far digits are changed; see Data.",
        )
        dropout = st.slider("Dropout", 0.0, 0.9, _first("dropout", 0.1), 0.01, key=_key("dropout"))
        seed = st.number_input(
            "Seed", 0, 2**31, _first("seed", 7), key=_key("seed"), help="Same seed, same machine: same weights."
        )
    return {
        "epochs": epochs,
        "epoch_size": size,
        "batch_size": batch,
        "optimizer": optimizer,
        "learning_rate": rate,
        "early_stopping": patience,
        "augmentation": strength,
        "dropout": dropout,
        "seed": seed,
        "validate_every": 1 if epochs <= 50 else 5,
    }


def _ask_network() -> dict[str, Any]:
    first, second, third = st.columns(3, gap="medium")
    stem = first.number_input("Filters of the stem, 14 × 14", 1, 256, _first("stem", 8), key=_key("stem"))
    middle = second.number_input("Filters in the middle, 7 × 7", 1, 512, _first("middle", 16), key=_key("middle"))
    top = third.number_input("Filters at the top, 4 × 4", 1, 1_024, _first("top", 32), key=_key("top"))
    stem_blocks = first.number_input(
        "Residual blocks of the stem", 0, 10, _first("stem_blocks", 0), key=_key("stem_blocks")
    )
    blocks = second.number_input("Residual blocks in the middle", 0, 10, _first("blocks", 1), key=_key("blocks"))
    top_blocks = third.number_input(
        "Residual blocks at the top", 0, 10, _first("top_blocks", 0), key=_key("top_blocks")
    )
    sizes = [3, 5, 7]
    kernel = first.selectbox("Kernel size", sizes, sizes.index(_first("kernel", 3)), key=_key("kernel"))
    return {
        "stem": stem,
        "middle": middle,
        "top": top,
        "kernel_size": kernel,
        "stem_blocks": stem_blocks,
        "blocks": blocks,
        "top_blocks": top_blocks,
    }
