"""The Train and Data pages, run without a browser: what they offer, and what they say when something is wrong."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

import inkdigits
from handwriting import digit_picture, encode

pytest.importorskip("torch", reason="training needs the train extra")

from inkdigits.jobs.files import write_json
from inkdigits.settings import Settings
from inkdigits.training.datasets import DataError
from inkdigits.training.own import read_own
from inkdigits.training.own_zip import unpack_own
from models import weights
from web.turning import open_on, turn

testing = pytest.importorskip("streamlit.testing.v1", reason="the web pages need the 'app' extra")

VIEWS = Path(inkdigits.__file__).parent / "web" / "views"
SPEED = {"glyphs_per_second": 3000}
EPOCHS = [
    {"epoch": 1, "loss": 2.0, "accuracy": 0.3, "val_loss": 1.9, "val_accuracy": 0.7, "val_read": 0.4, **SPEED},
    {"epoch": 2, "loss": 1.0, "accuracy": 0.7, "val_loss": 0.9, "val_accuracy": 0.9, "val_read": 0.8, **SPEED},
]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INKDIGITS_HOME", str(tmp_path))
    monkeypatch.delenv("INKDIGITS_DATA", raising=False)
    return tmp_path


def run(page: str) -> Any:
    app = testing.AppTest.from_file(str(VIEWS / f"{page}.py"), default_timeout=150).run()
    assert not app.exception
    return app


def texts(app: Any) -> str:
    return " ".join(element.proto.body for element in app.get("html"))


def labels(app: Any) -> set[str]:
    return {button.label for button in app.button}


def past_run(home: Path, name: str = "first", **ended: str) -> Path:
    """A run that two epochs of ten have been made of, by a worker that is no more."""
    folder = home / "runs" / name
    folder.mkdir(parents=True)
    write_json(folder / "config.json", {"epochs": 10, "base": "sample", "own": ""})
    write_json(folder / "worker.json", {"pid": 2**22 + 1, "started": 1.0})
    (folder / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in EPOCHS))
    if ended:
        write_json(folder / "ended.json", ended)
    return folder


def zipped(files: dict[str, bytes], packing: int = zipfile.ZIP_STORED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", packing) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def spoiled(packing: int) -> bytes:
    """A ZIP whose packed bytes are damaged, all of them; each way of packing has an error of its own for that."""
    content = bytes(range(256)) * 6
    data = bytearray(zipped({"0/a.png": content}, packing))
    begin, end = data.index(b"a.png") + len("a.png"), data.index(b"PK\x01\x02")
    data[begin:end] = bytes(byte ^ 0xFF for byte in data[begin:end])
    return bytes(data)


def test_train_begins_with_the_form_and_says_what_to_do(home: Path) -> None:
    app = run("studio_train")
    assert "No training yet" in texts(app)
    assert labels(app) == {"Start"}
    assert not (home / "runs").exists()


def test_a_wrong_own_folder_or_name_is_one_error(home: Path) -> None:
    app = run("studio_train")
    app.text_input(key="train_name_run-1").input("../elsewhere")
    app.button(key="train_start").click().run()
    assert "cannot name a run" in app.error[0].value
    app.button_group(key="train_base").set_value("own").run()
    app.button(key="train_start").click().run()
    assert "did not start" in app.error[0].value
    assert "there are no pictures to learn from" in app.error[0].value
    assert not (home / "runs").exists()


def test_what_was_filled_in_is_there_after_a_look_at_another_page(home: Path, tmp_path: Path) -> None:
    app = open_on("studio_train")
    app.number_input(key="train_epochs").set_value(77).run()
    app.number_input(key="train_patience").set_value(5).run()
    app.button_group(key="train_base").set_value("own").run()
    app.text_input(key="train_own").input("/nowhere").run()
    app.text_input(key="train_name_run-1").input("mine").run()
    turn(app, "studio_data")
    app.selectbox(key="data_set").set_value("own").run()
    app.text_input(key="data_own").input("/nowhere/else").run()
    turn(app, "studio_train")
    assert [app.number_input(key=f"train_{name}").value for name in ("epochs", "patience", "size")] == [77, 5, 4_000]
    assert app.button_group(key="train_base").value == "own"
    assert app.text_input(key="train_own").value == "/nowhere"
    assert app.text_input(key="train_own").label == "Folder or CSV file on this server"
    assert app.text_input(key="train_name_run-1").value == "mine"
    app.number_input(key="train_epochs").set_value(78).run()
    assert app.number_input(key="train_epochs").value == 78
    turn(app, "studio_data")
    assert app.text_input(key="data_own").value == "/nowhere/else"


def test_a_zip_that_was_chosen_is_there_after_a_look_at_another_page(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_on("studio_train")
    app.button_group(key="train_base").set_value("own").run()
    app.file_uploader(key="train_zip").set_value([("mine.zip", b"no zip", "application/zip")]).run()
    turn(turn(app, "studio_data"), "studio_train")
    assert any("1 file chosen before: **mine\\.zip**" in caption.value for caption in app.caption)
    app.button(key="train_start").click().run()
    assert "cannot be unpacked" in app.error[0].value
    app.button(key="train.files_out").click().run()
    assert not any("chosen before" in caption.value for caption in app.caption)
    app.button(key="train_start").click().run()
    assert "cannot be unpacked" not in app.error[0].value
    app.file_uploader(key="train_zip").set_value([("big.zip", bytes(100), "application/zip")]).run()
    monkeypatch.setattr("inkdigits.web.kept.HELD", 99)
    app.run()
    turn(turn(app, "studio_data"), "studio_train")
    assert any("was not kept" in caption.value for caption in app.caption)


def test_a_study_fills_the_form_in_also_a_second_time(home: Path) -> None:
    app = testing.AppTest.from_string(FILL_IN, default_timeout=150)
    app.session_state["rate"] = 0.25
    app.run()
    assert app.number_input(key="train_rate_sgd_mine").value == 0.25
    app.number_input(key="train_rate_sgd_mine").set_value(0.75).run()
    assert app.number_input(key="train_rate_sgd_mine").value == 0.75
    app.session_state["rate"] = 0.5
    app.run()
    assert app.number_input(key="train_rate_sgd_mine").value == 0.5


FILL_IN = f"""
import runpy
import streamlit as st
from inkdigits.training.config import TrainConfig
from inkdigits.web.studio.train_form import fill_form
if "rate" in st.session_state:
    fill_form(TrainConfig(learning_rate=st.session_state.pop("rate")), "mine")
runpy.run_path({str(VIEWS / "studio_train.py")!r})
"""


def test_adapting_asks_for_pictures_alone(home: Path) -> None:
    app = run("studio_train")
    app.button_group(key="train_base").set_value("adapt").run()
    assert any("keeps what it knows" in caption.value for caption in app.caption)
    assert not {"train_epochs", "train_stem"} & {item.key for item in app.number_input}
    app.button(key="train_start").click().run()
    assert "none are named" in app.error[0].value
    assert not (home / "runs").exists()


@pytest.mark.parametrize(
    ("ended", "state", "offers"),
    [
        ({}, "stopped unexpectedly", {"Resume", "Delete"}),
        ({"reason": "stopped", "message": ""}, "stopped", {"Resume", "Delete"}),
        ({"reason": "error", "message": "labels.csv, row 3: no digit"}, "failed", {"Resume", "Delete"}),
    ],
)
def test_a_run_that_ended_says_how_and_can_go_on(
    home: Path, ended: dict[str, str], state: str, offers: set[str]
) -> None:
    past_run(home, **ended)
    app = run("studio_train")
    assert app.subheader[0].value == f"first · {state}"
    assert labels(app) == {"Start", *offers}
    assert "Epoch 2 · loss 1.000 · validation: 80.0 % of the digits right" in texts(app)
    said = " ".join(box.value for box in (*app.error, *app.warning, *app.info))
    assert ended.get("message", "") in said


def test_runs_are_listed_and_deleted(home: Path) -> None:
    past_run(home, "one")
    past_run(home, "two")
    app = run("studio_train")
    assert "<th>one</th>" in texts(app)
    next(box for box in app.selectbox if box.label == "Training").set_value("one").run()
    app.button(key="run_delete").click().run()
    app.button(key="run_delete_no").click().run()
    assert len(list((home / "runs").iterdir())) == 2
    app.button(key="run_delete").click().run()
    assert "**one** and all that it learned are deleted for good." in [said.value for said in app.markdown]
    app.button(key="run_delete_yes").click().run()
    assert [path.name for path in (home / "runs").iterdir()] == ["two"]


@pytest.mark.parametrize("page", ["studio_train", "studio_data"])
def test_without_training_installed_a_page_says_how(page: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inkdigits.web.studio.missing._NEEDED", ("torch_that_is_not_there",))
    app = run(page)
    assert "pip install 'inkdigits[train]'" in app.info[0].value
    assert not app.button


def test_a_zip_of_labelled_pictures_becomes_a_folder(tmp_path: Path) -> None:
    files = {f"mine/{label}/{seed}.png": encode(digit_picture(label, seed)) for label in range(10) for seed in range(2)}
    data = zipped({**files, "__MACOSX/mine/0/._0.png": b"x"})
    folder = unpack_own(data, tmp_path, Settings())
    assert len(read_own(folder)) == 20
    assert unpack_own(data, tmp_path, Settings()) == folder


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"no zip", "cannot be unpacked"),
        (zipped({"../evil.png": b"x"}), "outside of its folder"),
        (zipped({"/evil.png": b"x"}), "outside of its folder"),
        (zipped({".": b"x"}), "outside of its folder"),
        (zipped({"0/huge.png": bytes(3_000)}), "larger than"),
        *((spoiled(packing), "cannot be unpacked") for packing in (8, 12, 14)),
    ],
)
def test_a_zip_that_is_dangerous_or_damaged_is_refused(data: bytes, says: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=says):
        unpack_own(data, tmp_path / "own", Settings(max_bytes=2_000))
    assert not list(tmp_path.rglob("*.png"))


def test_data_shows_samples_and_varies_one(home: Path) -> None:
    app = run("studio_data")
    assert texts(app).count("samples of") == 10
    before = texts(app)
    app.slider(key="augment_strength").set_value(0.0).run()
    assert not app.exception
    assert texts(app) != before


def test_data_of_my_own_is_shown_with_its_balance_and_its_errors(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    for label in range(9):
        (folder / str(label)).mkdir(parents=True)
        for seed in range(2):
            (folder / str(label) / f"{seed}.png").write_bytes(encode(digit_picture(label, seed)))
    app = run("studio_data")
    app.selectbox(key="data_set").set_value("own").run()
    assert "Name the folder" in texts(app)
    app.text_input(key="data_own").input(str(folder)).run()
    assert texts(app).count("samples of") == 9
    assert "no picture of 9" in app.warning[0].value
    (folder / "9").mkdir()
    (folder / "9" / "0.png").write_bytes(encode(digit_picture(9)))
    app.run()
    assert texts(app).count("samples of") == 10
    assert not app.warning
    app.text_input(key="data_own").input(str(folder / "nowhere")).run()
    assert "Nothing to show" in app.error[0].value


def test_a_training_that_reads_few_digits_is_not_called_ready(home: Path) -> None:
    folder = past_run(home)
    (folder / "digit.onnx").write_bytes(weights())
    write_json(folder / "digit.json", {})
    app = run("studio_train")
    assert app.subheader[0].value == "first · finished"
    assert not app.success
    assert "it reads only 80.0 %" in app.warning[0].value
