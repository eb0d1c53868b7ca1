"""The registry as its users meet it: models are kept, told, promoted, rolled back, moved and deleted."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from inkdigits import ModelError, OptionError
from inkdigits.recognition import Classifier, LineReader
from inkdigits.registry import Model, Registry
from inkdigits.registry.digests import digest_of
from inkdigits.registry.sealed import _field
from inkdigits.settings import Settings
from models import make_run, weights


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "home")


def add(registry: Registry, tmp_path: Path, name: str, kind: str = "digit") -> str:
    return registry.add(make_run(tmp_path / "runs" / name, kind, name), name=name).id


def damage(path: Path) -> None:
    """One byte among the weights flips; the file still opens."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_looking_creates_nothing_and_finds_the_shipped_models(registry: Registry) -> None:
    assert [(model.id, model.kind) for model in registry.list()] == [("shipped", "digit"), ("shipped", "line")]
    assert registry.active("line").path == LineReader().path
    with pytest.raises(OptionError, match="nothing to go back to"):
        registry.rollback("digit")
    assert not registry.home.exists()


def test_a_run_becomes_a_model_with_its_card(registry: Registry, tmp_path: Path) -> None:
    model = registry.add(make_run(tmp_path / "run"), name="My pens: the 2nd!")
    assert model.id == "my-pens-the-2nd"
    assert model == registry.get(model.id)
    assert model.name == "My pens: the 2nd!"
    assert model.metrics == {"val_mnist": 0.9956, "val_pens": 0.95, "mnist_errors": 22}
    assert model.headline == "MNIST 99.6 %, pens 95.0 %"
    assert not model.is_weak
    assert registry.add(make_run(tmp_path / "weak", note="weak", pens=0.75), name="weak").is_weak
    assert not registry.get("shipped", "digit").is_weak
    assert not registry.get("shipped", "line").is_weak
    assert model.config == {"seed": 3, "epochs": 2}
    assert model.data == {"mnist/train": "ab"}
    assert model.page == "# Model card: digit\n"
    assert (model.path.parent / "metrics.jsonl").is_file()
    assert registry.active("digit").id == "shipped"
    assert Classifier(model.path, sha256=model.sha256, name=model.id).name == model.id


def test_the_same_weights_are_kept_once_and_the_same_name_twice(registry: Registry, tmp_path: Path) -> None:
    assert add(registry, tmp_path, "pens") == "pens"
    with pytest.raises(OptionError, match="here already, as 'pens'"):
        registry.add(tmp_path / "runs" / "pens", name="again")
    assert registry.add(make_run(tmp_path / "other", note="other"), name="Pens").id == "pens-2"


def test_a_model_is_never_called_what_readings_call_the_shipped_one(registry: Registry, tmp_path: Path) -> None:
    shipped = Classifier().name
    assert registry.add(make_run(tmp_path / "run")).id == f"{shipped}-2"
    assert digest_of(shipped, Settings(home=registry.home)) == Model.shipped("digit").sha256


def test_a_reading_is_of_the_model_that_is_called_so_now(registry: Registry, tmp_path: Path) -> None:
    settings = Settings(home=registry.home)
    first = registry.add(make_run(tmp_path / "first", note="first"), name="pens")
    assert digest_of("pens", settings) == first.sha256
    registry.delete("pens")
    second = registry.add(make_run(tmp_path / "second", note="second"), name="pens")
    assert digest_of("pens", settings) == second.sha256 != first.sha256
    both = f"{LineReader().name} + pens"
    assert digest_of(both, settings) == f"{Model.shipped('line').sha256} + {second.sha256}"


def test_a_file_of_the_settings_is_the_model_whatever_it_is_called(registry: Registry, tmp_path: Path) -> None:
    add(registry, tmp_path, "pens")
    chosen = tmp_path / "chosen.onnx"
    chosen.write_bytes(weights("digit", "chosen"))
    digest = hashlib.sha256(chosen.read_bytes()).hexdigest()
    assert digest_of("pens", Settings(home=registry.home, model=chosen)) == digest


def test_what_is_no_finished_run_says_so(registry: Registry, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="holds no finished model"):
        registry.add(tmp_path)
    run = make_run(tmp_path / "run")
    (run / "line.onnx").write_bytes(weights("line"))
    with pytest.raises(OptionError, match="both kinds"):
        registry.add(run)
    with pytest.raises(OptionError, match="no kind of model 'word'"):
        registry.add(run, "word")
    assert registry.add(run, "line").kind == "line"


def test_promote_and_roll_back_along_the_history(registry: Registry, tmp_path: Path) -> None:
    one, two = add(registry, tmp_path, "one"), add(registry, tmp_path, "two")
    line = add(registry, tmp_path, "wide", "line")
    for model in (one, two, two, line):
        registry.promote(model)
    assert (registry.active("digit").id, registry.active("line").id) == (two, line)
    assert [registry.rollback("digit").id for _ in range(2)] == [one, "shipped"]
    with pytest.raises(OptionError, match="nothing to go back to"):
        registry.rollback("digit")
    registry.promote(two)
    registry.promote("shipped")
    assert registry.active("digit").path == Classifier().path
    assert registry.active("line").id == line
    assert registry.promote("shipped", "line").kind == "line"


def test_a_damaged_model_is_refused_and_the_old_one_stays(registry: Registry, tmp_path: Path) -> None:
    one, two = add(registry, tmp_path, "one"), add(registry, tmp_path, "two")
    registry.promote(one)
    damage(registry.get(two).path)
    with pytest.raises(ModelError, match="checksum"):
        registry.promote(two)
    with pytest.raises(ModelError, match="checksum"):
        registry.export(two, tmp_path)
    assert registry.active("digit").id == one
    assert "checksum" in {model.id: model.problem for model in registry.list()}[two]
    registry.get(two).path.unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        registry.promote(two)
    registry.delete(two)


def test_a_damaged_card_is_told_and_can_be_deleted(registry: Registry, tmp_path: Path) -> None:
    one = add(registry, tmp_path, "one")
    card = registry.get(one).path.with_name("card.json")
    for text in ("{", "[]", "{}", card.read_text().replace('"digit"', '"word"')):
        card.write_text(text)
        with pytest.raises(ModelError, match="delete it and add it again"):
            registry.promote(one)
        assert [model.problem != "" for model in registry.list()] == [False, False, True]
    registry.delete(one)
    assert len(registry.list()) == 2


def test_rollback_leaves_out_what_is_damaged(registry: Registry, tmp_path: Path) -> None:
    names = [add(registry, tmp_path, name) for name in ("one", "two", "three")]
    for name in names:
        registry.promote(name)
    damage(registry.get("two").path)
    assert registry.rollback("digit").id == "one"


def test_a_damaged_pointer_says_the_way_out(registry: Registry, tmp_path: Path) -> None:
    registry.promote(add(registry, tmp_path, "one"))
    (registry.models / "active.json").write_text('{"digit": 7}')
    with pytest.raises(ModelError, match=r"active\.json is damaged .*delete it"):
        registry.active("digit")
    (registry.models / "active.json").unlink()
    assert registry.active("digit").id == "shipped"


def test_delete_forgets_a_model_but_never_the_active_one(registry: Registry, tmp_path: Path) -> None:
    one, two = add(registry, tmp_path, "one"), add(registry, tmp_path, "two")
    registry.promote(one)
    registry.promote(two)
    with pytest.raises(OptionError, match="active digit model"):
        registry.delete(two)
    with pytest.raises(OptionError, match="shipped"):
        registry.delete("shipped")
    registry.delete(one)
    assert registry.rollback("digit").id == "shipped"
    with pytest.raises(OptionError, match="no model 'one'; choose from shipped, two"):
        registry.get(one)


@pytest.mark.parametrize("name", ["../home", "..", ".", "", "a/b", "/etc", "A", ".part-new", "active", "a" * 60, "con"])
def test_ids_lead_nowhere_else(registry: Registry, name: str) -> None:
    for call in (registry.get, registry.promote, registry.delete):
        with pytest.raises(OptionError, match="no model id"):
            call(name)


@pytest.mark.parametrize("name", ["../../etc", "", "  ", "Ärger Ünter", "手書き", "shipped", "active", "x" * 500])
def test_every_name_gives_a_safe_id(registry: Registry, tmp_path: Path, name: str) -> None:
    model = registry.add(make_run(tmp_path / "run"), name=name)
    assert model.path.parent.parent == registry.models
    assert registry.promote(model.id).id == model.id != "shipped"


@pytest.mark.parametrize("kind", ["digit", "line"])
def test_a_model_travels_with_its_card_in_one_file(tmp_path: Path, kind: str) -> None:
    here, there = Registry(tmp_path / "here"), Registry(tmp_path / "there")
    model = here.add(make_run(tmp_path / "run", kind), name="Traveller")
    file = here.export(model.id, tmp_path)
    assert file == tmp_path / "traveller.onnx"
    with pytest.raises(OptionError, match="there already"):
        here.export(model.id, file)
    arrived = there.import_(file)
    for name in ("id", "kind", "name", "created", "sha256", "metrics", "config", "data"):
        assert getattr(arrived, name) == getattr(model, name)
    assert arrived.path.read_bytes() == model.path.read_bytes()
    (Classifier if kind == "digit" else LineReader)(file)
    with pytest.raises(OptionError, match="here already"):
        there.import_(file.read_bytes())


def test_a_plain_file_of_ours_is_imported_by_its_own_name(registry: Registry, tmp_path: Path) -> None:
    file = tmp_path / "plain.onnx"
    file.write_bytes(weights("line"))
    model = registry.import_(file)
    assert (model.kind, model.name) == ("line", LineReader().name)
    assert model.created


def test_what_is_damaged_on_the_way_is_refused(registry: Registry, tmp_path: Path) -> None:
    model = registry.add(make_run(tmp_path / "run"))
    whole = registry.pack(model)
    registry.delete(model.id)
    middle = bytearray(whole)
    middle[len(whole) // 3] ^= 1
    far = _field(13, b"\x0a\x88\x00location" + _field(2, b"weights.bin"))  # a length in more bytes than it needs
    outside = weights() + _field(7, _field(5, far))
    for data in (bytes(middle), whole[:-1], whole + b"x", whole[: len(whole) // 2], b"", b"hello", outside):
        with pytest.raises(ModelError):
            registry.import_(data)
    with pytest.raises(OptionError, match="no file"):
        registry.import_(tmp_path / "none.onnx")
    assert len(registry.list()) == 2
    assert [path.name for path in registry.models.iterdir()] == [".lock"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(OptionError, match="INKDIGITS_HOME"):
        Registry(tmp_path / "file").add(make_run(tmp_path / "run"))


def test_promotions_of_many_threads_keep_one_history(registry: Registry, tmp_path: Path) -> None:
    names = [add(registry, tmp_path, name) for name in ("one", "two", "three", "four")]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(registry.promote, names))
    pointer = registry.pointer("digit")
    assert sorted((*pointer.history, pointer.id)) == sorted((*names, "shipped"))


PROMOTING = """
import sys
from pathlib import Path
from inkdigits.registry import Registry
registry = Registry(Path(sys.argv[1]))
print("ready", flush=True)
while True:
    for name in ("one", "two"):
        registry.promote(name)
"""


def test_killed_at_any_moment_a_promotion_is_done_or_not(registry: Registry, tmp_path: Path) -> None:
    for name in ("one", "two"):
        add(registry, tmp_path, name)
    for attempt in range(5):
        command = [sys.executable, "-c", PROMOTING, str(registry.home)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "OMP_NUM_THREADS": "1"})
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.05 + 0.037 * attempt)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        pointer = registry.pointer("digit")
        assert {pointer.id, *pointer.history} <= {"shipped", "one", "two"}
        registry.active("digit").check()
    registry.promote("shipped")  # no lock was left behind
    assert json.loads((registry.models / "active.json").read_text())["digit"]["id"] == "shipped"


def test_what_a_killed_process_left_half_done_is_not_a_model(registry: Registry, tmp_path: Path) -> None:
    left = registry.models / ".part-new"
    left.mkdir(parents=True)
    (left / "model.onnx").write_bytes(b"half")
    assert len(registry.list()) == 2
    add(registry, tmp_path, "one")
    assert not left.exists()
