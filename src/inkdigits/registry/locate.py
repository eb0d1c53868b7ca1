"""Where the weights of a model lie, by any of its names."""

from __future__ import annotations

from pathlib import Path

from inkdigits.errors import ModelError, OptionError
from inkdigits.registry.model import SHIPPED
from inkdigits.registry.registry import Registry

ACTIVE = "active"


def find_weights(name: str, kind: str, home: Path | None = None) -> Path:
    """Finds the ONNX file of a model.

    Args:
        name: ``"active"``, ``"shipped"``, the id of a model in the registry, the path of an ONNX file, or the folder of
            a finished training run; a folder without a model does not hide an id.
        kind: ``"digit"`` or ``"line"``.
        home: Home folder of the registry; None takes that of the settings.

    Raises:
        OptionError: There is no such model, it is of the other kind, or the run has not ended.
        ModelError: There is no such file, or a model of the registry is damaged.
    """
    path = Path(name)
    if (path / f"{kind}.onnx").is_file():
        return path / f"{kind}.onnx"
    if path.is_dir() and not is_model(name, kind, home):
        raise OptionError(f"{path} holds no finished {kind} model ({kind}.onnx): end its training first")
    if path.suffix.lower() == ".onnx":
        if not path.is_file():
            raise ModelError(f"there is no model file {path}")
        return path
    registry = Registry(home)
    model = registry.active(kind) if name == ACTIVE else registry.get(name, kind)
    model.check()
    return model.path


def is_model(name: str, kind: str, home: Path | None = None) -> bool:
    """Whether a name that a folder has is a model's all the same: of a finished run in it, or of the registry."""
    if name in (ACTIVE, SHIPPED) or (Path(name) / f"{kind}.onnx").is_file():
        return True
    try:
        Registry(home).get(name, kind)
    except OptionError:
        return False
    except ModelError:  # it is there, though damaged
        return True
    return True
