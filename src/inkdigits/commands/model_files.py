"""Files that models come and go in: which formats there are, and what writes them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from inkdigits.commands.extra import extra
from inkdigits.errors import OptionError
from inkdigits.registry import Model, Registry
from inkdigits.registry.destination import destination

if TYPE_CHECKING:
    from inkdigits.foreign.found import Found

FORMS = {"onnx": (".onnx",), "safetensors": (".safetensors",), "keras": (".keras", ".h5")}
"""Format -> endings of its files, the usual one first."""


def form_of(form: str | None, to: Path) -> str:
    """The format that was named, or else that of the file's ending.

    Raises:
        OptionError: There is none of that name, or of that ending.
    """
    if form is None:
        named = next((name for name, endings in FORMS.items() if to.suffix.lower() in endings), None)
        if named is None and not to.is_dir():
            known = ", ".join(ending for endings in FORMS.values() for ending in endings)
            raise OptionError(f"{to}: the ending says the format: {known}; or --format")
        return named or "onnx"
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
    if "imported_from" in model.config:
        raise OptionError(f"{model.id!r} was trained by others: only networks of inkdigits can be taken to {form}")
    path = destination(model, to, FORMS[form][0], force=force)
    if form == "keras":
        with extra("an export for Keras", "keras"):
            from inkdigits.training.keras_file import write_keras
        return path, write_keras(model.path, path)
    with extra("an export for PyTorch", "train"):
        from inkdigits.training.tensors import write_tensors
    return path, write_tensors(model.path, path)


def import_from(file: Path, registry: Registry, name: str | None) -> tuple[Model, Found | None]:
    """Keeps the model of a file; of one of others, gives what was found out about it, too."""
    from inkdigits.foreign.source import form_of as form_of_file

    if not file.is_file():
        raise OptionError(f"there is no file {file}")
    data = file.read_bytes()
    if form_of_file(data, str(file)) == "ours":
        return registry.import_(data, name, str(file)), None
    from inkdigits import terminal
    from inkdigits.settings import Settings

    with extra("the import of models of others", "train"):
        from inkdigits.foreign.bring import bring
    with terminal.err().status("Opens it") as status:
        return bring(
            data,
            str(file),
            registry,
            Settings.resolve(None),
            lambda doing, share: status.update(f"{doing} ({share:.0%})"),
            name,
        )
