"""The models to measure, by their names: the active one, the shipped one, a file, or one of the registry."""

from __future__ import annotations

from pathlib import Path

from inkdigits.errors import OptionError
from inkdigits.reader import Reader
from inkdigits.registry import SHIPPED, Registry
from inkdigits.settings import Settings

ACTIVE = "active"


def open_model(name: str, settings: Settings | None = None) -> Reader:
    """Opens a model for single digits.

    Args:
        name: ``"active"``, ``"shipped"``, the id of a model in the registry, or the path of an ONNX file.
        settings: Where the registry is, and how the network is run; None takes the environment.

    Raises:
        OptionError: There is no such model, or it reads lines.
        ModelError: Its file is missing, damaged, or not the one that its card tells of.
    """
    chosen = Settings.resolve(settings)
    if name == ACTIVE:
        return Reader(chosen)
    path = Path(name)
    if path.suffix.lower() != ".onnx":
        model = Registry(chosen.home).get(name)
        if model.kind != "digit":
            raise OptionError(f"model {name!r} reads lines: name one that reads single digits")
        model.check()
        path = model.path
    return Reader(chosen.model_copy(update={"model": path}))


def models_at_hand(settings: Settings) -> list[str]:
    """Names for :func:`open_model`: the shipped model, and those of the registry that can be used."""
    found = [model.id for model in Registry(settings.home).list() if model.kind == "digit" and not model.problem]
    return list(dict.fromkeys([SHIPPED, *found]))
