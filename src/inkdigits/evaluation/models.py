"""The models to measure, by their names: the active one, the shipped one, a file, or one of the registry."""

from __future__ import annotations

from inkdigits.reader import Reader
from inkdigits.registry import SHIPPED, Registry
from inkdigits.registry.locate import ACTIVE, find_weights
from inkdigits.settings import Settings

__all__ = ["ACTIVE", "models_at_hand", "open_model"]


def open_model(name: str, settings: Settings | None = None) -> Reader:
    """Opens a model for single digits.

    Args:
        name: See :func:`inkdigits.registry.locate.find_weights`.
        settings: Where the registry is, and how the network is run; None takes the environment.

    Raises:
        OptionError: There is no such model, or it reads lines.
        ModelError: Its file is missing, damaged, or not the one that its card tells of.
    """
    chosen = Settings.resolve(settings)
    if name == ACTIVE:
        return Reader(chosen)
    return Reader(chosen.changed({"model": find_weights(name, "digit", chosen.home)}))


def models_at_hand(settings: Settings) -> list[str]:
    """Names for :func:`open_model`: the shipped model, and those of the registry that can be used."""
    found = [model.id for model in Registry(settings.home).list() if model.kind == "digit" and not model.problem]
    return list(dict.fromkeys([SHIPPED, *found]))
