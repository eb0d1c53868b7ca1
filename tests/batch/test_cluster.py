"""A batch on a Ray cluster of two nodes is row for row the one of this machine, also when a node is lost meanwhile."""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from handwriting import digit_picture, encode
from inkdigits.batch import cluster
from inkdigits.batch.cluster import Cluster
from inkdigits.batch.errors import BatchError
from inkdigits.batch.item import Item, Refused
from inkdigits.batch.job import Job
from inkdigits.batch.node import TRIES, Answer, NodeReader
from inkdigits.batch.part import Part
from inkdigits.batch.plan import Chunk
from inkdigits.batch.run import read_batch
from inkdigits.batch.sources import find_items
from inkdigits.errors import MissingExtraError, OptionError
from inkdigits.jobs.progress import Progress
from inkdigits.settings import Settings

PICTURES = 120
KILLED_AFTER = 24  # pages, of those
HEALTH = {  # how soon a node counts as lost
    "health_check_initial_delay_ms": 1_000,
    "health_check_period_ms": 500,
    "health_check_timeout_ms": 2_000,
    "health_check_failure_threshold": 3,
}


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for seed in range(PICTURES):
        (folder / f"{seed:03}.png").write_bytes(encode(digit_picture(seed % 10, seed)))
    (folder / "bad.png").write_bytes(b"no picture")
    return folder


@pytest.fixture
def two_nodes() -> Iterator[tuple[Any, Any]]:
    """A cluster of two nodes, of a processor each, and the node that is not its head."""
    try:
        import ray.data
        from ray.cluster_utils import Cluster as Nodes
    except ImportError:
        if os.environ.get("INKDIGITS_REQUIRE_RAY") == "1":
            raise
        pytest.skip("Ray is not installed: pip install 'inkdigits[cluster]'")
    node = {"num_cpus": 1, "object_store_memory": 80 * 2**20}
    nodes = Nodes(initialize_head=True, head_node_args={**node, "include_dashboard": False, "_system_config": HEALTH})
    try:
        second = nodes.add_node(**node)
        ray.data.DataContext.get_current().wait_for_min_actors_s = 300  # both read before one is lost
        yield nodes, second
    finally:
        nodes.shutdown()


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.filterwarnings("ignore::DeprecationWarning:ray", "ignore::ResourceWarning")
def test_lost_node_changes_nothing(
    two_nodes: tuple[Any, Any], pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes, second = two_nodes
    answered: list[str] = []
    lost: list[int] = []

    def noted(answer: Answer) -> Part | None:
        answered.append(answer.node)
        return take(answer)

    def lose_one(progress: Progress) -> None:
        if progress.stage == "read" and progress.done >= KILLED_AFTER and len(set(answered)) == 2 and not lost:
            lost.append(progress.done)
            nodes.remove_node(second, allow_graceful=False)

    take = cluster._part
    monkeypatch.setattr(cluster, "_part", noted)
    cluster_of = {"engine": "ray", "address": nodes.address}
    far = read_batch([pictures], tmp_path / "far.csv", expect="number", listen=lose_one, **cluster_of)
    assert [pages < PICTURES // 2 for pages in lost] == [True]
    near = read_batch([pictures], tmp_path / "near.csv", expect="number", processes=1)
    assert (tmp_path / "far.csv").read_bytes() == (tmp_path / "near.csv").read_bytes()
    assert (tmp_path / "far.csv.errors.csv").read_bytes() == (tmp_path / "near.csv.errors.csv").read_bytes()
    assert (far.pages, far.refused, far.sure) == (near.pages, 1, near.sure)


class Fragile(Cluster):
    """A cluster without Ray, whose processes end as soon as they open a certain picture."""

    def __init__(self, job: Job, deadly: str) -> None:
        self._reader = NodeReader(job, "csv", {}, "here")
        self._deadly = deadly
        self._workers = 1

    def _read_wave(self, chunks: Mapping[int, Sequence[Item]]) -> Iterator[tuple[int, Part | None]]:
        for number, items in chunks.items():
            turn = TRIES + any(item.source.endswith(self._deadly) for item in items)
            yield number, cluster._part(self._reader.answer(items, turn))


def test_picture_that_ends_every_process_is_refused_alone(pictures: Path) -> None:
    items = tuple(find_items([str(pictures)], Settings()))[:5]
    [(number, part)] = Fragile(Job.of("digit"), "002.png").read(iter([Chunk(7, items)]))
    assert number == 7
    assert part.pages == 4
    assert part.refused == (Refused(items[2].source, None, cluster._GONE),)


def test_node_that_does_not_see_a_picture_ends_the_batch_with_the_way_out(pictures: Path) -> None:
    answer = Answer(Part(pages=1), "node-7", unseen=str(pictures / "000.png"))
    with pytest.raises(BatchError, match=r"node-7 does not see .*000\.png: put the pictures where every node"):
        cluster._part(answer)
    gone = Answer(Part(), "node-7", unseen=str(pictures / "deleted.png"))
    assert cluster._part(gone) == Part()  # nobody sees that one: it is told of as any other that cannot be read


def test_node_that_cannot_read_says_why() -> None:
    with pytest.raises(BatchError, match="node-7 cannot read: the model is damaged"):
        cluster._part(Answer(None, "node-7", problem="the model is damaged"))


def test_models_travel_to_nodes_that_have_none(pictures: Path, tmp_path: Path) -> None:
    job = Job.of("digit")
    [model] = job.models
    elsewhere = replace(model, path=tmp_path / "not-here.onnx")
    settings = job.settings.changed({"model": elsewhere.path})
    far = NodeReader(
        replace(job, models=(elsewhere,), settings=settings), "csv", {model.sha256: model.path.read_bytes()}
    )
    items = list(find_items([str(pictures / "003.png")], Settings()))
    assert far.answer(items, 1).part == NodeReader(job, "csv", {}).answer(items, 1).part


def test_secrets_stay_here() -> None:
    job = Job.of("digit", settings={"database_url": "postgresql://u:pa55@h/d", "database_password": "pa55"})
    assert b"pa55" in pickle.dumps(job)
    assert b"pa55" not in pickle.dumps(cluster._without_secrets(job))


@pytest.mark.parametrize("address", ["127.0.0.1:1", "ray://127.0.0.1:1", "[::1]:1", "nobody", "127.0.0.1:x"])
def test_cluster_that_does_not_answer_is_one_line(address: str) -> None:
    with pytest.raises(OptionError, match=r"no Ray cluster answers at .*--address HOST:PORT"):
        cluster._connect(None, address)


@pytest.mark.parametrize("error", [ConnectionError("refused"), RuntimeError("no node"), ValueError("no address")])
def test_what_ray_says_of_a_connection_is_told(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def init(**options: object) -> None:
        raise error

    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    with pytest.raises(OptionError, match=rf"no Ray cluster answers at this machine \({error}\)"):
        cluster._connect(SimpleNamespace(init=init), None)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"engine": "spark"}, "there is no engine 'spark'; choose from local, ray"),
        ({"processes": -1}, "processes is -1: give a whole number from 1"),
        ({"processes": 100_000}, "processes is 100,000: one machine reads with 1,024 at most"),
        ({"address": "10.0.0.5:6379"}, "ask for the engine 'ray', too"),
    ],
)
def test_engine_that_makes_no_sense_is_refused_before_anything_starts(
    pictures: Path, tmp_path: Path, asked: dict[str, Any], message: str
) -> None:
    with pytest.raises(OptionError, match=message):
        read_batch([pictures], tmp_path / "out.csv", **asked)
    assert not list(tmp_path.glob("out.csv*"))


def test_way_to_end_stays_that_of_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ray's own handler of SIGTERM ends the process at once, and nobody is told that what was read is kept."""
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    before = signal.getsignal(signal.SIGTERM)

    def mine(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    def init(**options: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)

    try:
        signal.signal(signal.SIGTERM, mine)
        cluster._connect(SimpleNamespace(init=init), None)
        assert signal.getsignal(signal.SIGTERM) is mine
    finally:
        signal.signal(signal.SIGTERM, before)


def test_without_ray_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, pictures: Path, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingExtraError, match=r"inkdigits\[cluster\]"):
        read_batch([pictures], tmp_path / "out.csv", engine="ray")
