"""Files that models come and go in: which formats there are, and what writes them."""

from __future__ import annotations

from pathlib import Path

from inkdigits.commands.extra import extra
from inkdigits.errors import OptionError
from inkdigits.registry import Model, Registry
from inkdigits.registry.destination import destination

FORMS = {"onnx": (".onnx",), "safetensors": (".safetensors",), "keras": (".keras", ".h5")}
"""Format -> endings of its files, the usual one first."""


def form_of(form: str | None, to: Path) -> str:
    """The format that was named, or else that of the file's ending.

    Raises:
        OptionError: There is none of that name.
    """
    if form is None:
        return next((name for name, endings in FORMS.items() if to.suffix.lower() in endings), "onnx")
    if form not in FORMS:
        raise OptionError(f"there is no format {form!r}; choose from {', '.join(FORMS)}")
    return form


def export_as(form: str, registry: Registry, model: Model, to: Path, *, force: bool) -> tuple[Path, float | None]:
    """Writes a model; gives the file, and the largest difference in a probability where the format was tried."""
    if form == "onnx":
        return registry.export(model.id, to, model.kind, force=force), None
    model.check()
    if form == "keras" and model.kind != "digit":
        raise OptionError("only models of single digits can be taken to Keras: export this one as safetensors or onnx")
    path = destination(model, to, FORMS[form][0], force=force)
    if form == "keras":
        with extra("an export for Keras", "keras"):
            from inkdigits.training.keras_file import write_keras
        return path, write_keras(model.path, path)
    with extra("an export for PyTorch", "train"):
        from inkdigits.training.tensors import write_tensors
    return path, write_tensors(model.path, path)
