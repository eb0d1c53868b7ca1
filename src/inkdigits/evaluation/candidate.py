"""``Candidate``: a model of either kind, ready to be measured."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from inkdigits.reader import Reader
from inkdigits.registry import KINDS, SHIPPED, Registry
from inkdigits.registry.locate import ACTIVE, find_weights
from inkdigits.registry.probe import probe
from inkdigits.settings import Settings


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model to measure.

    Attributes:
        name: What it was called.
        reader: Reads with it; with the active model of the other kind beside it.
        files: Kind -> the weights that are measured.
    """

    name: str
    reader: Reader
    files: dict[str, Path]

    @property
    def reads_digits(self) -> bool:
        """Whether it is, or has, a model for single digits."""
        return "digit" in self.files

    @classmethod
    def open(cls, name: str, settings: Settings | None = None) -> Candidate:
        """Opens a model, or with ``"active"`` and ``"shipped"`` a pair.

        Args:
            name: See :func:`inkdigits.registry.locate.find_weights`.
            settings: Where the registry is, and how the networks are run; None takes the environment.

        Raises:
            OptionError: There is no such model.
            ModelError: It is missing or damaged.
        """
        chosen = Settings.resolve(settings)
        kinds = KINDS if name in (ACTIVE, SHIPPED) else (_kind(name, chosen),)
        files = {kind: find_weights(name, kind, chosen.home) for kind in kinds}
        settled = {"digit": "model", "line": "line_model"}
        return cls(name, Reader(chosen.changed({settled[kind]: path for kind, path in files.items()})), files)


def _kind(name: str, settings: Settings) -> str:
    path = Path(name)
    if path.is_dir():
        return "line" if (path / "line.onnx").is_file() and not (path / "digit.onnx").is_file() else "digit"
    if path.suffix.lower() == ".onnx":
        return probe(path)[0]
    return Registry(settings.home).get(name).kind
