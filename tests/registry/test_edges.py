"""The registry where it is easily forgotten: ways back, links, cards of strangers, full disks, folders in the way."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from inkdigits import OptionError
from inkdigits.registry import Registry
from inkdigits.registry.locate import find_weights
from inkdigits.registry.sealed import seal
from models import make_run, weights


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "home")


def add(registry: Registry, tmp_path: Path, name: str) -> str:
    return registry.add(make_run(tmp_path / "runs" / name, note=name), name=name).id


def test_a_way_back_never_leads_to_where_one_is(registry: Registry, tmp_path: Path) -> None:
    one, two = add(registry, tmp_path, "one"), add(registry, tmp_path, "two")
    for model in (one, two, one):
        registry.promote(model)
    registry.delete(two)
    assert registry.pointer("digit").history == ("shipped",)
    pointers = registry.models / "active.json"  # as an earlier version left it
    pointers.write_text(json.dumps({"digit": {"id": one, "history": ["shipped", one]}}))
    assert registry.rollback("digit").id == "shipped"


def test_of_a_linked_folder_the_link_is_deleted(registry: Registry, tmp_path: Path) -> None:
    name = add(registry, tmp_path, "one")
    kept = (registry.models / name).rename(tmp_path / "elsewhere")
    (registry.models / name).symlink_to(kept)
    registry.delete(name)
    assert len(registry.list()) == 2
    assert (kept / "model.onnx").is_file()


def test_a_strangers_card_breaks_no_list(registry: Registry, tmp_path: Path) -> None:
    card = {"format": "inkdigits-model-1", "kind": "digit", "name": "my\x1b[31m\x00pens\n2"}
    card |= {"sha256": hashlib.sha256(weights()).hexdigest(), "metrics": {"val_mnist": 10**400, "val_pens": 0.5}}
    model = registry.import_(seal(weights(), card))
    assert (model.name, dict(model.metrics)) == ("my[31mpens 2", {"val_pens": 0.5})
    assert [found.headline for found in registry.list() if found.id == model.id] == ["pens 50.0 %"]


def test_an_export_that_fails_leaves_nothing(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = add(registry, tmp_path, "one")
    (tmp_path / "out").mkdir()

    def full(path: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        registry.export(name, tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())


def test_a_folder_without_a_model_does_not_hide_an_id(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = add(registry, tmp_path, "one")
    (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    assert find_weights(name, "digit", registry.home) == registry.get(name).path
    with pytest.raises(OptionError, match="holds no finished digit model"):
        find_weights("runs", "digit", registry.home)
