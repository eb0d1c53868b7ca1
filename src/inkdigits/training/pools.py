"""The glyphs of a run, for training and for validation: made once, kept in the run's folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inkdigits.errors import OptionError
from inkdigits.jobs.files import write_json
from inkdigits.training.config import TrainConfig
from inkdigits.training.datasets import DataError, checksums, mnist_checksums
from inkdigits.training.mixtures import OWN
from inkdigits.training.own import OwnPictures, checksum, read_own
from inkdigits.training.pool import Pool, build_pool, join_pools, mnist_pool
from inkdigits.training.runs import Listener, Progress
from inkdigits.training.sources import FILES, NON_DIGIT

VALIDATION_SHARE = 0.05
_LEAST_ALL, _LEAST_OTHERS = 200, 40  # validation glyphs of a recipe, at least
OWN_RECORD = "own.json"
_NOTHING_TO_JUDGE = (
    "no digit is left to judge the model by: at least two different pictures of some digit are needed, one to learn "
    "from and one for validation, and own_validation above 0"
)


@dataclass(frozen=True, slots=True, eq=False)
class Pools:
    """What a run learns from, and what it is judged by."""

    training: Pool
    validation: Pool


def open_pools(run: Path, config: TrainConfig, folder: Path | None, listen: Listener) -> Pools:
    """Opens the pools of a run, or makes them.

    Args:
        run: The run's folder; the pools are kept there, with a record of own pictures in ``own.json``.
        config: Decides what is in them.
        folder: The data folder; needed by base ``"all"`` only.
        listen: Called with the progress, and with a note when own pictures were left out.

    Raises:
        DataError: Data is missing, own pictures cannot be used, or no digit is left to judge by.
        OptionError: Own pictures are others than those that the run began with.
    """
    paths = run / "pool.npz", run / "validation.npz"
    if all(path.exists() for path in paths):
        _check_unchanged(run, config)
        return Pools(Pool.open(paths[0]), Pool.open(paths[1]))
    own = _own_pictures(run, config, listen) if config.own else None
    validation = _make(config, folder, own, True, listen)
    if not (validation.labels != NON_DIGIT).any():
        raise DataError(_NOTHING_TO_JUDGE)
    pools = Pools(_make(config, folder, own, False, listen), validation)
    for path, pool in zip(paths, (pools.training, pools.validation), strict=True):
        pool.save(path)
    return pools


def data_checksums(run: Path, config: TrainConfig, folder: Path | None) -> dict[str, str]:
    """SHA-256 of all data that a run learned from."""
    sums: dict[str, str] = {}
    if config.base == "all" and folder is not None:
        names = [str(path.relative_to(folder)) for path in sorted((folder / "mnist").glob("train-*"))]
        sums = checksums(folder, [*names, *FILES])
    elif config.base == "mnist":
        sums = mnist_checksums("train", folder)
    record = run / OWN_RECORD
    if record.exists():
        sums["own pictures"] = json.loads(record.read_text(encoding="utf-8"))["sha256"]
    return sums


def _check_unchanged(run: Path, config: TrainConfig) -> None:
    """Pictures that are gone are no hindrance: what was learned from them is kept in the run's folder."""
    record, pictures = run / OWN_RECORD, Path(config.own)
    if not config.own or not record.exists() or not pictures.exists():
        return
    if checksum(pictures) != json.loads(record.read_text(encoding="utf-8"))["sha256"]:
        raise OptionError(
            f"the pictures in {pictures} have changed since the run in {run} began: use another --run folder to learn "
            f"from them, or delete {run}"
        )


def _make(
    config: TrainConfig, folder: Path | None, own: OwnPictures | None, validation: bool, listen: Listener
) -> Pool:
    counts = {kind: _size(config, count, validation) for kind, count in config.counts.items() if count}
    total, done = sum(counts.values()), 0

    def tick(count: int) -> None:
        nonlocal done
        done += count
        listen(Progress("data", done, total))

    source = folder if config.base == "all" else None
    parts = [build_pool(source, counts, config.seed + 100_000 * validation, validation, tick)] if counts else []
    if config.base in ("all", "mnist"):
        parts.insert(0, mnist_pool(folder, validation))
    if own is not None:
        parts.append(_own_pool(own, config, validation))
    pool = parts[0]
    for part in parts[1:]:
        pool = join_pools(pool, part)
    return pool


def _size(config: TrainConfig, count: int, validation: bool) -> int:
    if not validation:
        return count
    return max(_LEAST_ALL if config.base == "all" else _LEAST_OTHERS, int(count * VALIDATION_SHARE))


def _own_pictures(run: Path, config: TrainConfig, listen: Listener) -> OwnPictures:
    own = read_own(Path(config.own), lambda done, total: listen(Progress("own", done, total)))
    training, validation = own.split(config.own_validation, config.seed)
    record = {"path": config.own, **own.to_dict(), "training": len(training), "validation": len(validation)}
    write_json(run / OWN_RECORD, record)
    listen(Progress("own", len(own), len(own), note=own.note))
    return own


def _own_pool(own: OwnPictures, config: TrainConfig, validation: bool) -> Pool:
    places = own.split(config.own_validation, config.seed)[validation]
    return Pool(own.glyphs[places], own.labels[places], np.zeros(len(places), np.int64), (OWN,))
