"""Where the weights of a model lie, by any of its names."""

from __future__ import annotations

from pathlib import Path

from inkdigits.errors import ModelError, OptionError
from inkdigits.registry.registry import Registry

ACTIVE = "active"


def find_weights(name: str, kind: str, home: Path | None = None) -> Path:
    """Finds the ONNX file of a model.

    Args:
        name: ``"active"``, ``"shipped"``, the id of a model in the registry, the path of an ONNX file, or the folder of
            a finished training run.
        kind: ``"digit"`` or ``"line"``.
        home: Home folder of the registry; None takes that of the settings.

    Raises:
        OptionError: There is no such model, it is of the other kind, or the run has not ended.
        ModelError: There is no such file, or a model of the registry is damaged.
    """
    path = Path(name)
    if path.is_dir():
        if not (path / f"{kind}.onnx").is_file():
            raise OptionError(f"{path} holds no finished {kind} model ({kind}.onnx): end its training first")
        return path / f"{kind}.onnx"
    if path.suffix.lower() == ".onnx":
        if not path.is_file():
            raise ModelError(f"there is no model file {path}")
        return path
    registry = Registry(home)
    model = registry.active(kind) if name == ACTIVE else registry.get(name, kind)
    model.check()
    return model.path
