"""Two models beside each other: what was measured, and where their training differs."""

from __future__ import annotations

from typing import Any

from inkdigits.registry.model import Model


def differences(first: Model, second: Model) -> list[tuple[str, Any, Any]]:
    """All that was measured, then the settings that differ: name, of the first, of the second; None is unknown."""
    measured = [(name, first.metrics.get(name), second.metrics.get(name)) for name in _names("metrics", first, second)]
    settings = [(name, first.config.get(name), second.config.get(name)) for name in _names("config", first, second)]
    return measured + [row for row in settings if row[1] != row[2]]


def _names(part: str, first: Model, second: Model) -> list[str]:
    return list(dict.fromkeys([*getattr(first, part), *getattr(second, part)]))
