"""What ``evaluate`` and ``bench`` are told alike: which models, and where the data is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from inkdigits.errors import OptionError

Models = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[MODEL...]",
        show_default=False,
        help="shipped, a model's id, an .onnx file or the folder of a run; else what reads now.",
    ),
]
DataFolder = Annotated[
    Path | None, typer.Option(help="Folder with the public data sets; else INKDIGITS_DATA.", show_default=False)
]


def chosen_models(names: Sequence[str] | None) -> list[str]:
    """The models that were named, or what reads now. Raises OptionError when one is named twice."""
    from inkdigits.registry.locate import ACTIVE

    chosen = list(names or [ACTIVE])
    if len(set(chosen)) < len(chosen):
        raise OptionError("each model is measured once: name different ones")
    return chosen
