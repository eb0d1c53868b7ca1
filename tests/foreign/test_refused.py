"""Files that must not be imported: what runs code, what is damaged, and what reads something else."""

from __future__ import annotations

import base64
import io
import json
import logging
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from keras_here import keras  # isort: skip - it skips the tests where Keras or PyTorch is not installed

import h5py
import onnx
import torch
from typer.testing import CliRunner

from foreign.plain import digits, keras_model, onnx_model, saved
from inkdigits import InkDigitsError
from inkdigits.cli import app
from inkdigits.foreign.adopt import adopt
from inkdigits.foreign.keras_check import shown
from inkdigits.foreign.network import take_apart
from inkdigits.foreign.way import Way
from inkdigits.registry.sealed import _field

pytestmark = pytest.mark.train

logging.getLogger("absl").setLevel(logging.ERROR)

USUAL = Way("NHWC", "0 to 1")
RAN = "INKDIGITS_TEST_CODE_RAN"


def refused(data: bytes, words: str, name: str = "theirs") -> None:
    with pytest.raises(InkDigitsError, match=words) as caught:
        adopt(data, name)
    assert name in str(caught.value)


class Bomb:
    """Runs code when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return exec, (f"import os; os.environ[{RAN!r}] = '1'",)


@pytest.fixture(autouse=True)
def no_code_ran(monkeypatch: pytest.MonkeyPatch) -> Any:
    import os

    monkeypatch.delenv(RAN, raising=False)
    yield
    assert RAN not in os.environ


def test_pickles(tmp_path: Path) -> None:
    refused(pickle.dumps(Bomb()), "is a Python pickle")
    torch.save({"weights": torch.zeros(3)}, tmp_path / "model.pt")
    refused((tmp_path / "model.pt").read_bytes(), "PyTorch file with a pickle")


@pytest.mark.parametrize("ending", ["keras", "h5"])
def test_lambda_layers(ending: str, tmp_path: Path) -> None:
    def act(values: Any) -> Any:
        import os

        os.environ[RAN] = "1"
        return values

    model = keras_model(keras, USUAL)
    model.add(keras.layers.Lambda(act, output_shape=(10,)))
    refused(saved(keras, model, tmp_path, ending), r"holds code of its own \(Lambda\)")


def test_classes_and_functions_of_others(tmp_path: Path) -> None:
    data = saved(keras, keras_model(keras, USUAL), tmp_path)
    for change, words in (
        ({"module": "os", "class_name": "system"}, "class of its own"),
        ({"module": None, "class_name": "Mine", "registered_name": "Package>Mine"}, "class of its own"),
        ({"module": "builtins", "class_name": "function", "config": "exec"}, "code of its own"),
        ({"module": "keras.layers", "class_name": "TFSMLayer"}, "layer TFSMLayer is not known"),
    ):
        described = json.loads(part(data, "config.json"))
        described["config"]["layers"][2] |= change
        refused(with_part(data, "config.json", json.dumps(described).encode()), words)
    described = json.loads(part(data, "config.json"))
    described["config"]["layers"][1]["config"]["activation"] = {"module": "builtins", "class_name": "function"}
    refused(with_part(data, "config.json", json.dumps(described).encode()), "code of its own")
    described = json.loads(part(data, "config.json")) | {"class_name": "MyModel"}
    refused(with_part(data, "config.json", json.dumps(described).encode()), "class of its own")


@pytest.mark.parametrize("place", ["inbound_nodes", "config"])
def test_classes_of_keras_that_run_code_are_refused_wherever_they_stand(place: str, tmp_path: Path) -> None:
    start = keras.Input((28, 28))
    model = keras.Model(start, keras.layers.Dense(10)(keras.layers.Flatten()(start)))
    data = saved(keras, model, tmp_path)
    stream = io.BytesIO()
    torch.save(Bomb(), stream)
    pickled = base64.b64encode(stream.getvalue()).decode()
    evil = {"module": "keras.layers", "class_name": "TorchModuleWrapper", "config": {"module": pickled, "name": "x"}}
    described = json.loads(part(data, "config.json"))
    layer = described["config"]["layers"][2]
    if place == "inbound_nodes":
        layer["inbound_nodes"][0]["kwargs"] = {"training": [evil]}
    else:
        layer["config"]["bias_constraint"] = evil
    refused(with_part(data, "config.json", json.dumps(described).encode()), "TorchModuleWrapper is not known here")


def test_what_keras_finds_dangerous_is_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def warn(*_: Any, **__: Any) -> None:
        raise ValueError("This carries a potential risk of arbitrary code execution and thus it is disallowed")

    data = saved(keras, keras_model(keras, USUAL), tmp_path)
    monkeypatch.setattr(keras.models, "load_model", warn)
    refused(data, "could do harm")


def test_averages_at_the_borders_that_differ_are_named(tmp_path: Path) -> None:
    way = Way("NHWC", "0 to 1", dark=True)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(1, 3, padding="same", use_bias=False),
            keras.layers.AveragePooling2D(3, strides=2, padding="same"),
            keras.layers.Flatten(),
        ]
    )
    model.layers[0].set_weights([np.full((3, 3, 1, 1), 1 / 9, np.float32)])
    glyphs, labels = digits()
    found = np.c_[model.predict(shown(way, glyphs), verbose=0), np.ones(len(glyphs))]
    solved = 8 * np.linalg.solve(found.T @ found + 0.01 * np.eye(197), found.T @ np.eye(10)[labels])
    model.add(keras.layers.Dense(10))
    model.layers[-1].set_weights([solved[:-1].astype(np.float32), solved[-1].astype(np.float32)])
    refused(saved(keras, model, tmp_path), "differ by .*AveragePooling2D with padding='same'")


def test_files_that_reach_out_of_themselves(tmp_path: Path) -> None:
    path = tmp_path / "model.h5"
    (tmp_path / "secret").write_bytes(bytes(31_360))
    saved(keras, keras_model(keras, Way("784 in a row", "0 to 1")), tmp_path, "h5")
    whole = path.read_bytes()
    with h5py.File(path, "r+") as file:
        (name,) = (name for name in file["model_weights"] if name.startswith("dense"))
        layer = file[f"model_weights/{name}"]
        kernel = str(layer.attrs["weight_names"][0])
        del layer[kernel]
        layer.create_dataset(kernel, (784, 10), "f4", external=[(str(tmp_path / "secret"), 0, 31_360)])
    refused(path.read_bytes(), "weights from other files")
    path.write_bytes(whole)
    with h5py.File(path, "r+") as file:
        file["model_weights/other"] = h5py.ExternalLink(str(tmp_path / "model.h5"), "/")
    refused(path.read_bytes(), "weights from other places")
    model = onnx_model(USUAL)
    onnx.save_model(model, tmp_path / "split.onnx", save_as_external_data=True, location="secret", size_threshold=0)
    refused((tmp_path / "split.onnx").read_bytes(), "weights in another file")
    far = _field(13, b"\x0a\x88\x00location" + _field(2, b"secret"))  # a length in more bytes than it needs
    hidden = _field(1, _field(5, _field(6, _field(5, far))))  # a tensor of a graph of an attribute of a node
    refused(onnx_model(USUAL).SerializeToString() + _field(7, hidden), "weights in another file")


def test_damaged_files(tmp_path: Path) -> None:
    model = keras_model(keras, USUAL)
    archive, hdf5 = (saved(keras, model, tmp_path, ending) for ending in ("keras", "h5"))
    refused(archive[: len(archive) // 2], "damaged")
    refused(hdf5[: len(hdf5) // 2], "damaged")
    refused(with_part(archive, "config.json", b"{"), "damaged")
    refused(with_part(archive, "model.weights.h5", b""), "damaged")
    refused(onnx_model(USUAL).SerializeToString()[:-3], "no ONNX model, or damaged")
    refused(b"hello", "no ONNX model, or damaged")
    described = json.loads(part(archive, "config.json"))
    described["config"]["layers"][1]["config"]["strides"] = "two"
    refused(with_part(archive, "config.json", json.dumps(described).encode()), "damaged")
    described["config"]["layers"][1]["config"]["strides"] = [1, 1]
    described["config"]["layers"][1]["config"]["filters"] = 10**9
    refused(with_part(archive, "config.json", json.dumps(described).encode()), "filters is 1000000000")
    model.save_weights(tmp_path / "only.weights.h5")
    refused((tmp_path / "only.weights.h5").read_bytes(), "without their network")


def test_loops_in_a_branch_are_found() -> None:
    model = onnx_model(USUAL)
    value = onnx.helper.make_tensor_value_info("z", onnx.TensorProto.FLOAT, None)
    branch = onnx.helper.make_graph([onnx.helper.make_node("Scan", ["y"], ["z"], num_scan_inputs=1)], "b", [], [value])
    model.graph.node.append(onnx.helper.make_node("If", ["c"], ["out"], then_branch=branch, else_branch=branch))
    with pytest.raises(InkDigitsError, match="loops, which are not taken from strangers"):
        take_apart(model)


def test_models_that_read_something_else() -> None:
    refused(onnx_model(USUAL, classes=26).SerializeToString(), "gives 26 numbers for each picture")
    refused(onnx_model(USUAL, size=32).SerializeToString(), r"takes numbers of shape \(\?, 1, 32, 32\).*28x28")
    clothes = onnx_model(USUAL)
    for item in clothes.graph.initializer:
        if item.name == "kernel":
            values = onnx.numpy_helper.to_array(item)[:, [3, 7, 0, 9, 1, 8, 2, 5, 4, 6]]
            item.CopyFrom(onnx.numpy_helper.from_array(np.ascontiguousarray(values[:, ::-1]), "kernel"))
    refused(clothes.SerializeToString(), r"does not read digits: in the best of 20 ways.*guessing 10%")


def test_a_foreign_file_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKDIGITS_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("INKDIGITS_DATA", raising=False)
    file = tmp_path / "My net.onnx"
    file.write_bytes(onnx_model(Way("784 in a row", "0 to 1", dark=True)).SerializeToString())
    result = CliRunner().invoke(app, ["models", "import", str(file)])
    assert result.exit_code == 0, result.output
    told = " ".join(result.stdout.split())
    assert "layout 784 in a row (N, 784) scaling 0 to 1 polarity dark ink on bright paper" in told
    assert "right on digits drawn in haste" in told
    assert "my-net is kept" in told
    assert CliRunner().invoke(app, ["models", "promote", "my-net"]).exit_code == 0
    again = CliRunner().invoke(app, ["models", "import", str(tmp_path / "nothing.h5")])
    assert "there is no file" in str(again.exception)


def part(data: bytes, name: str) -> bytes:
    return zipfile.ZipFile(io.BytesIO(data)).read(name)


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """An archive with one file replaced."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for item in old.namelist():
            new.writestr(item, content if item == name else old.read(item))
    return stream.getvalue()
