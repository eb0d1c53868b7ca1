"""``Metrics``: what ``/metrics`` tells, for Prometheus."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from inkdigits.reading import Reading
from inkdigits.service.desk import Desk

SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
BYTES = (1e3, 1e4, 1e5, 1e6, 4e6, 1.6e7, 6.4e7)
CONFIDENCES = (0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 1.0)
TOGETHER = (1, 2, 4, 8, 16, 32)


class Metrics:
    """The figures of one application, in a registry of their own."""

    def __init__(self, desk: Desk, models: Callable[[], Mapping[str, str]]) -> None:
        """Takes the desk whose queue is watched, and what names the models that read now."""
        self._registry = registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self._requests = Counter("inkdigits_requests", "Requests answered.", labels, registry=registry)
        self._seconds = Histogram(
            "inkdigits_request_seconds", "Time to answer.", ("route",), buckets=SECONDS, registry=registry
        )
        self._bytes = Histogram(
            "inkdigits_request_bytes", "Size of request bodies.", ("route",), buckets=BYTES, registry=registry
        )
        self._pages = Counter("inkdigits_pages", "Pages and drawings read.", registry=registry)
        self._numbers = Counter("inkdigits_numbers", "Numbers named.", registry=registry)
        self._rejects = Counter("inkdigits_rejects", "What was not named, and why.", ("reason",), registry=registry)
        self._confidence = Histogram(
            "inkdigits_confidence", "Confidence of numbers that were named.", buckets=CONFIDENCES, registry=registry
        )
        self._together = Histogram(
            "inkdigits_batch_size", "Pictures read together.", buckets=TOGETHER, registry=registry
        )
        self._losses = Counter("inkdigits_losses", "Processes that ended while they read.", registry=registry)
        waiting = Gauge("inkdigits_queue", "Pictures that wait to be read.", registry=registry)
        waiting.set_function(lambda: desk.waiting)
        running = Gauge("inkdigits_running", "Workers that read now.", registry=registry)
        running.set_function(lambda: desk.running)
        desk.on_batch = self._together.observe
        registry.register(_Models(models))
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=registry)

    def count_request(self, method: str, route: str, status: int, seconds: float, size: int) -> None:
        """Counts a request that was answered; ``route`` is its pattern, so that names stay few."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)
        if size:
            self._bytes.labels(route).observe(size)

    def count_readings(self, readings: Iterable[Reading]) -> None:
        """Counts what was read."""
        for reading in readings:
            self._pages.inc()
            for number in reading.numbers:
                if number.text:
                    self._numbers.inc()
                    self._confidence.observe(number.confidence)
                else:
                    digits = number.digits[:1]
                    reason = number.reason or (digits[0].reason if digits else None) or "not_a_number"
                    self._rejects.labels(reason).inc()

    def count_loss(self) -> None:
        """Counts a process that ended while it read."""
        self._losses.inc()

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self._registry)


class _Models(Collector):
    def __init__(self, models: Callable[[], Mapping[str, str]]) -> None:
        self._models = models

    def collect(self) -> Iterator[Metric]:
        family = InfoMetricFamily("inkdigits_model", "The models that read now.", labels=("kind",))
        for kind, name in self._models().items():
            family.add_metric((kind,), {"id": name})
        yield family
