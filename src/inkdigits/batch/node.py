"""``NodeReader``: what reads on a node of a cluster, and the actor of Ray that holds one."""

from __future__ import annotations

import pickle
import socket
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from inkdigits.batch.files import Files
from inkdigits.batch.item import Item
from inkdigits.batch.job import Job, sha256_of
from inkdigits.batch.part import Part
from inkdigits.batch.remote import is_remote
from inkdigits.batch.work import read_items
from inkdigits.errors import InkDigitsError

TRIES = 5
"""How often a chunk is begun: its node may be lost, or it may be what ends the process."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a node has to say about a chunk of a batch.

    Attributes:
        part: What was read; None when nothing was.
        node: The node's name.
        unseen: A file that is not there, as seen from this node.
        problem: Why this node can read nothing; ``""`` with no part when the chunk ends whatever reads it.
    """

    part: Part | None
    node: str
    unseen: str = ""
    problem: str = ""


class Attempts:
    """How often each chunk was begun. An actor of its own: Ray repeats without end, and does not tell how often."""

    def __init__(self) -> None:
        """Knows of none."""
        self._begun: Counter[int] = Counter()

    def begin(self, chunk: int) -> int:
        """Counts one more beginning, and says how many there were."""
        self._begun[chunk] += 1
        return self._begun[chunk]


class NodeReader:
    """Reads chunks as long as its process lives."""

    def __init__(self, job: Job, form: str, models: Mapping[str, bytes], node: str = "") -> None:
        """Opens the reader, with models that came over the network where the node has none of its own.

        Args:
            job: What is asked of each picture.
            form: What rows are encoded as.
            models: The content of each model file by its hash.
            node: What to call this node.
        """
        warnings.simplefilter("ignore")  # Pillow warns of damaged metadata; the pixels are what counts
        cv2.setNumThreads(1)
        self._place = tempfile.TemporaryDirectory(prefix="inkdigits-")  # goes with the process
        self._job = _with_models(job, models, Path(self._place.name))
        self._reader = self._job.open_reader()
        self._files = Files(self._job.settings)
        self._form = form
        self._node = node

    def answer(self, items: Sequence[Item], turn: int) -> Answer:
        """Reads a chunk.

        Args:
            items: Its pieces.
            turn: How often it has been begun, this time included.
        """
        if turn > TRIES:
            return Answer(None, self._node)
        lacking = next((item.place for item in items if _is_lacking(item)), "")
        try:
            outcome = read_items(items, self._job, self._reader, self._files)
        except InkDigitsError as error:
            return Answer(None, self._node, lacking, str(error))
        return Answer(Part.of(outcome, self._form), self._node, lacking)


class NodeActor:
    """The same as a callable class for ``Dataset.map_batches``: chunks of a batch in, their answers out."""

    def __init__(self, job: Job, form: str, models: Mapping[str, bytes], attempts: Any) -> None:
        """Opens the reader; ``attempts`` is the actor of :class:`Attempts`."""
        import ray

        node = f"{socket.gethostname()} ({ray.get_runtime_context().get_node_id()[:8]})"
        self._reader = NodeReader(job, form, models, node)
        self._begin: Callable[[int], int] = lambda number: ray.get(attempts.begin.remote(number))

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Answers each chunk: ``chunk`` is its number, ``items`` its pieces, ``answer`` a pickled :class:`Answer`."""
        answers = []
        for number, lines in zip(batch["chunk"], batch["items"], strict=True):
            turn = self._begin(int(number))
            answers.append(pickle.dumps(self._reader.answer([Item.from_json(line) for line in lines], turn)))
        return {"chunk": batch["chunk"], "answer": np.array(answers, dtype=object)}


def _is_lacking(item: Item) -> bool:
    return not item.problem and not is_remote(item.place) and not Path(item.place).exists()


def _with_models(job: Job, models: Mapping[str, bytes], place: Path) -> Job:
    """The same job with models that are on this node, as the driver's files are where the disk is shared."""
    settings: dict[str, Path] = {}
    pinned = []
    for model in job.models:
        path = model.path
        if not path.is_file() or sha256_of(path) != model.sha256:
            path = place / f"{model.sha256}.onnx"
            path.write_bytes(models[model.sha256])
        pinned.append(replace(model, path=path))
        settings |= {name: path for name in ("model", "line_model") if getattr(job.settings, name) == model.path}
    return replace(job, models=tuple(pinned), settings=job.settings.changed(settings))
