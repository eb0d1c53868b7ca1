"""``average_runs``: several runs of the line network become one that reads better than each, at the cost of one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inkdigits.errors import OptionError
from inkdigits.training.lines.beginning import Beginning
from inkdigits.training.lines.config import LineConfig
from inkdigits.training.lines.fit import finish, validation_lines
from inkdigits.training.lines.network import LineNetwork, shape_of
from inkdigits.training.runs import Listener, prepare, settle_config, settle_data


def average_runs(
    run: Path,
    shares: Mapping[Path, float],
    data: Path | None = None,
    listen: Listener = lambda progress: None,
    threads: int = 0,
    leaning: Mapping[str, Any] | None = None,
) -> Path:
    """Averages the weights of runs that began with each other, calibrates and exports.

    A "model soup" (Wortsman et al., 2022): weights that were trained on from the same beginning lie in one valley, and
    their mean is flatter ground. Runs with beginnings of their own have nothing in common, and their mean reads
    nothing.

    Args:
        run: The new run's folder; it must not have begun.
        shares: Folder of a finished run -> its share; scaled to a sum of 1. Its validation lines, and what the card
            calls its settings, are those of the run with the largest share.
        data: Data folder; None takes ``INKDIGITS_DATA``.
        listen: Called with the progress.
        threads: Threads of PyTorch; 0 means one a processor.
        leaning: ``blank`` and ``one`` (see :class:`LineConfig`), where they differ from that run's.

    Returns:
        The exported model, ``run / "line.onnx"``.

    Raises:
        DataError: Data is missing.
        OptionError: A run is not there, networks differ in size, ``run`` has begun already, or there is another
            setting among ``leaning``.
    """
    if wrong := [name for name in leaning or {} if name not in ("blank", "one")]:
        raise OptionError(f"an average takes the settings blank and one alone, not {', '.join(wrong)}")
    folder = settle_data(data)
    if (run / "config.json").exists():
        raise OptionError(f"{run} has begun already: use another --run folder for an average")
    run.mkdir(parents=True, exist_ok=True)
    beginning = Beginning.average(run, shares)
    largest = max(shares, key=lambda start: shares[start])
    settings = json.loads((largest / "config.json").read_text(encoding="utf-8"))
    config = settle_config(run, LineConfig, {**settings, **(leaning or {})})
    prepare(config.seed, threads)
    network = LineNetwork(shape_of(config))
    network.load_state_dict(beginning.weights())
    return finish(run, config, folder, network, validation_lines(run, config, folder, listen), listen)
