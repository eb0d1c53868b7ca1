"""``Registry``: the models of a home folder, and which of them reads."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from types import MappingProxyType
from typing import Any

from inkdigits.errors import ModelError, NotFoundError, OptionError
from inkdigits.registry.active import Pointer, locked, read_active, write_active, write_synced
from inkdigits.registry.destination import destination
from inkdigits.registry.ids import check_id, make_id, printable
from inkdigits.registry.model import CARD, FORMAT, KINDS, SHIPPED, WEIGHTS, Model, check_kind, fields_of, measured
from inkdigits.registry.probe import probe, shipped_names
from inkdigits.registry.runs import Run
from inkdigits.registry.sealed import seal, unseal
from inkdigits.settings import Settings

log = logging.getLogger(__name__)

_PART = ".part-"


class Registry:
    """Models in ``<home>/models``. Safe between threads and processes; nothing is created until a model is kept."""

    def __init__(self, home: Path | None = None) -> None:
        """Takes the home folder; None takes ``INKDIGITS_HOME`` or the user's data folder."""
        self.home = home or Settings.resolve(None).home
        self.models = self.home / "models"

    def list(self) -> list[Model]:
        """All models, the shipped ones first, then the newest; of a damaged one ``problem`` says what is wrong."""
        found = [self._look(folder) for folder in self._folders()]
        found.sort(key=lambda model: (model.created, model.id), reverse=True)
        return [*map(Model.shipped, KINDS), *found]

    def get(self, model: str, kind: str | None = None) -> Model:
        """A model by its id.

        Args:
            model: The id; ``"shipped"`` is the shipped one.
            kind: Of ``"shipped"``, which one; None is the one for digits.

        Raises:
            OptionError: There is none.
            ModelError: Its card is damaged.
        """
        if model == SHIPPED:
            return Model.shipped(kind or KINDS[0])
        folder = self.models / check_id(model)
        self._require(folder)
        found = Model.read(folder)
        if kind is not None and found.kind != check_kind(kind):
            raise OptionError(f"model {model!r} is a {found.kind} model, not a {kind} model")
        return found

    def active(self, kind: str) -> Model:
        """The model that was promoted last, or the shipped one."""
        return self.get(self.pointer(kind).id, kind)

    def pointer(self, kind: str) -> Pointer:
        """Id of the active model, and of those before it. Raises ModelError when the pointer's file is damaged."""
        return read_active(self.models)[check_kind(kind)]

    def add(self, run_folder: Path, kind: str | None = None, name: str | None = None) -> Model:
        """Keeps the model of a training run.

        Args:
            run_folder: Folder of a run of ``inkdigits train`` that has ended.
            kind: ``"digit"`` or ``"line"``; None finds out.
            name: What to call it; None takes the name that the training gave it.

        Returns:
            The model; it does not read yet: :meth:`promote` it.

        Raises:
            OptionError: The folder holds no finished model, or it is here already.
            ModelError: The model file is damaged.
        """
        run = Run.read(Path(run_folder), kind)
        return self._keep(run.weights.read_bytes(), measured(run.record), name, str(run.weights), run.files)

    def import_(self, file: Path | bytes, name: str | None = None, label: str | None = None) -> Model:
        """Keeps a model that was exported, here or elsewhere.

        Args:
            file: The ONNX file, or what is in it.
            name: What to call it; None takes its own name.
            label: What errors call the file; None takes its path.

        Raises:
            OptionError: There is no such file, or the model is here already.
            ModelError: The file is damaged, or not a model of ours.
        """
        if not isinstance(file, bytes):
            if not file.is_file():
                raise OptionError(f"there is no file {file}")
            label, file = label or str(file), file.read_bytes()
        label = label or "the file"
        weights, card = unseal(file, label)
        try:
            told = fields_of(card) if card else {}
        except (ValueError, TypeError) as error:
            raise ModelError(f"{label} has a damaged card ({error}): export it again") from error
        return self._keep(weights, told, name or told.get("name"), label)

    def export(self, model: str, dest: Path, kind: str | None = None, *, force: bool = False) -> Path:
        """Writes a model and its card as one ONNX file.

        Args:
            model: Its id.
            dest: The file, or a folder, where it is called by its id.
            kind: As for :meth:`get`.
            force: Replace a file that is there.

        Returns:
            The file.

        Raises:
            OptionError: There is no such model, or the file is there already.
            ModelError: The model is damaged.
        """
        found = self.get(model, kind)
        path = destination(found, dest, force=force)
        part = path.with_name(f".{path.name}.part")
        try:
            part.write_bytes(self.pack(found))
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return path

    def pack(self, model: Model) -> bytes:
        """What :meth:`export` writes."""
        model.check()
        return seal(model.path.read_bytes(), _card(model))

    def promote(self, model: str, kind: str | None = None) -> Model:
        """Lets a model read from now on; running readers notice within about a second.

        Args:
            model: Its id.
            kind: As for :meth:`get`.

        Raises:
            OptionError: There is no such model.
            ModelError: It is damaged; the active one stays.
        """
        with locked(self.models):
            found = self._usable(model, kind)
            pointers = read_active(self.models)
            if pointers[found.kind].id != model:
                pointers[found.kind] = pointers[found.kind].promoted(model)
                write_active(self.models, pointers)
            return found

    def rollback(self, kind: str) -> Model:
        """Goes back to the model that read before; one that is damaged or gone is left out.

        Raises:
            OptionError: None did.
        """
        pointer = self.pointer(kind)
        if not pointer.history:
            raise OptionError(f"there is nothing to go back to: no {kind} model was promoted over another")
        with locked(self.models):
            pointers = read_active(self.models)
            history = list(pointers[kind].history)
            while history:
                name = history.pop()
                if name == pointers[kind].id:
                    continue
                try:
                    found = self._usable(name, kind)
                except (OptionError, ModelError) as error:
                    log.warning("cannot go back to model %r: %s", name, error)
                    continue
                write_active(self.models, {**pointers, kind: Pointer(name, tuple(history))})
                return found
        raise OptionError(f"none of the earlier {kind} models can be used: promote {SHIPPED!r} or another one")

    def delete(self, model: str) -> None:
        """Deletes a model for good.

        Raises:
            OptionError: There is none, it is the shipped one, or it is active.
        """
        if model == SHIPPED:
            raise OptionError("the shipped models cannot be deleted")
        folder = self.models / check_id(model)
        self._require(folder)
        with locked(self.models):
            self._require(folder)  # another process may have deleted it while this one waited
            pointers = read_active(self.models)
            for kind, pointer in pointers.items():
                if pointer.id == model:
                    raise OptionError(f"model {model!r} is the active {kind} model: promote another or roll back first")
            if any(model in pointer.history for pointer in pointers.values()):
                write_active(self.models, {kind: pointer.without(model) for kind, pointer in pointers.items()})
            if folder.is_symlink():
                folder.unlink()
                return
            gone = self.models / f"{_PART}{model}"
            shutil.rmtree(gone, ignore_errors=True)
            folder.rename(gone)
            shutil.rmtree(gone)

    def _keep(
        self,
        weights: bytes,
        told: Mapping[str, Any],
        name: str | None,
        label: str,
        files: Mapping[str, Path] = MappingProxyType({}),
    ) -> Model:
        """Puts a model into its own folder, which appears only when everything is in it and was tried."""
        digest = hashlib.sha256(weights).hexdigest()
        with locked(self.models):
            self._sweep()
            part = self.models / f"{_PART}new"
            part.mkdir()
            try:
                write_synced(part / WEIGHTS, weights)
                kind, own_name = probe(part / WEIGHTS, digest, label)
                self._refuse_twin(digest)
                name = printable(name or own_name)[:80] or printable(own_name) or kind
                model = Model(
                    **{
                        **told,
                        "id": make_id(name, {SHIPPED, *shipped_names(), *(folder.name for folder in self._folders())}),
                        "kind": kind,
                        "name": name,
                        "created": told.get("created") or datetime.now(timezone.utc).isoformat(timespec="seconds"),
                        "sha256": digest,
                        "path": part / WEIGHTS,
                    }
                )
                for kept, path in files.items():
                    shutil.copyfile(path, part / kept)
                write_synced(part / CARD, json.dumps(_card(model), indent=2).encode() + b"\n")
                folder = part.rename(self.models / model.id)
            except BaseException:
                shutil.rmtree(part, ignore_errors=True)
                raise
        return replace(model, path=folder / WEIGHTS)

    def _usable(self, model: str, kind: str | None) -> Model:
        found = self.get(model, kind)
        found.check()
        probe(found.path, found.sha256)
        return found

    def _refuse_twin(self, digest: str) -> None:
        for model in map(self._look, self._folders()):
            if model.sha256 == digest and not model.problem:
                raise OptionError(f"this model is here already, as {model.id!r}")

    def _look(self, folder: Path) -> Model:
        try:
            model = Model.read(folder)
        except ModelError as error:
            return Model(folder.name, "?", folder.name, "", "", folder / WEIGHTS, problem=str(error))
        try:
            model.check()
        except ModelError as error:
            return replace(model, problem=str(error))
        return model

    def _require(self, folder: Path) -> None:
        """Raises NotFoundError when there is no such folder of a model."""
        if not folder.is_dir():
            there = ", ".join([SHIPPED, *sorted(path.name for path in self._folders())])
            raise NotFoundError(f"there is no model {folder.name!r}; choose from {there}")

    def _folders(self) -> tuple[Path, ...]:
        if not self.models.is_dir():
            return ()
        return tuple(path for path in self.models.iterdir() if path.is_dir() and not path.name.startswith("."))

    def _sweep(self) -> None:
        """Removes what a killed process left half done."""
        for path in self.models.glob(f"{_PART}*"):
            shutil.rmtree(path, ignore_errors=True)


def _card(model: Model) -> dict[str, Any]:
    told = model.to_dict()
    kept = ("kind", "name", "created", "sha256", "metrics", "config", "data", "parent")
    return {"format": FORMAT, **{name: told[name] for name in kept}}
