"""The service under load: throughput and latency beside the library in the same run, memory, what is malformed."""

from __future__ import annotations

import http.client
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from heapq import nlargest
from itertools import islice
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.mutants import mutants
from benchmarks.results import Result, measure
from benchmarks.served import Request, Served, raw_request, served
from inkdigits import Reader
from inkdigits.evaluation.number_sets import cheques
from inkdigits.images import load
from inkdigits.recognition import LineReader
from inkdigits.recognition.engine import processors
from inkdigits.segmentation import find_line

CLIENTS = 200
SECONDS = 60.0
MUTANTS = 20_000
TOGETHER = 8
"""Lines that go through the network at a time, where it is measured what that would give."""

AGAIN = 20
"""Slowest of them that are sent again, each alone."""

STARTS = 5
LONE = 60
"""Requests of a kind that are sent alone, each between two readings of the library."""

_MIX = (("number", 120), ("digit", 72), ("page", 8))
_SETTLED = 10.0  # seconds after which memory is to be flat
_ENDS = 5.0  # seconds at either end whose median is compared


def run(data: Path, limit: int | None = None, clients: int = CLIENTS) -> Result:
    """Measures one process of the service.

    Args:
        data: The data folder; its pictures are what is sent.
        limit: So many seconds of load, 50 times as many mutants, and fewer repetitions.
        clients: At a time.
    """
    seconds = SECONDS if limit is None else float(limit)
    requests = _requests(data)
    starts = [_start() for _ in range(STARTS if limit is None else 2)]
    with served() as service:
        lone = _lone(service, requests, LONE if limit is None else 15)
        loaded = _loaded(service, requests, clients, seconds)
    together = _together(requests)
    with served() as service:
        hurt = _hurt(service, requests, MUTANTS if limit is None else 50 * limit)
    worst = max(kind["times"] for kind in lone.values())
    return {
        "clients": clients,
        "seconds": seconds,
        "starts": starts,
        "lone": lone,
        "load": loaded,
        "together": together,
        "mutants": hurt,
        "measures": {
            "service_errors": measure(loaded["errors"], loaded["requests"]),
            "service_growth": measure(loaded["growth"]),
            "service_share": measure(loaded["share"], loaded["requests"]),
            "service_latency": measure(worst, sum(kind["count"] for kind in lone.values())),
            "service_start": measure(median(starts), len(starts)),
            "service_mutants": measure(hurt["failed"], hurt["requests"]),
            "service_mutant_seconds": measure(hurt["slowest"], hurt["requests"]),
            "service_mutant_growth": measure(hurt["growth"]),
        },
    }


def _requests(data: Path) -> list[Request]:
    """Real pictures: amounts on cheques, photographed digits, photos and scans of pages."""
    files = {
        "number": [Path(str(source)) for source in cheques(data).sources],
        "digit": sorted((data / "photo_digits_dev").glob("*.png")),
        "page": sorted((data / "photos_dev").glob("*.jpg")),
    }
    rng = np.random.default_rng(0)
    chosen = [
        Request(expect, files[expect][place % len(files[expect])].read_bytes())
        for expect, count in _MIX
        for place in range(count)
    ]
    return [chosen[place] for place in rng.permutation(len(chosen))]


def _start() -> float:
    with served() as service:
        return service.ready


def _lone(service: Served, requests: Sequence[Request], count: int) -> dict[str, Result]:
    """The library and the service in turns, one request at a time."""
    reader = Reader()
    link = http.client.HTTPConnection("127.0.0.1", service.port)
    told = {}
    for expect, _ in _MIX:
        kind = [request for request in requests if request.expect == expect]
        ours, theirs = [], []
        for place in range(count if expect != "page" else max(8, count // 4)):
            request = kind[place % len(kind)]
            begun = time.perf_counter()
            reader.read(request.data, expect=expect)
            between = time.perf_counter()
            _post(link, request)
            ours.append(time.perf_counter() - between)
            theirs.append(between - begun)
        told[expect] = {
            "service": median(ours[3:]),
            "library": median(theirs[3:]),
            "times": median(ours[3:]) / median(theirs[3:]),
            "count": len(ours),
        }
        print(f"{expect:7} {1e3 * told[expect]['service']:.2f} ms, {told[expect]['times']:.2f} times", flush=True)
    return told


def _post(link: http.client.HTTPConnection, request: Request) -> None:
    link.request("POST", request.path, request.data, {"Content-Type": "image/jpeg"})
    answer = link.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"the service answered {answer.status}")


def _loaded(service: Served, requests: Sequence[Request], clients: int, seconds: float) -> Result:
    """All clients at once, and the library alone before and after."""
    library = [_library(requests, seconds / 6)]
    before = service.processor_seconds
    with service.watched() as notes:
        told = service.load([request.raw for request in requests], clients, seconds)
    used = service.processor_seconds - before
    library.append(_library(requests, seconds / 6))
    read = told["statuses"].get("200", 0)
    errors = sum(count for status, count in told["statuses"].items() if status not in ("200", "429"))
    rate = read / told["seconds"]
    growth = _growth(notes)
    share = rate / (sum(one["rate"] for one in library) / len(library))
    result = {
        "requests": sum(told["statuses"].values()),
        "statuses": told["statuses"],
        "errors": errors,
        "rate": rate,
        "library": library,
        "share": share,
        "milliseconds": 1e3 * used / max(1, read),
        "growth": growth,
        "megabytes": [round(size, 1) for _, size in notes[:: max(1, len(notes) // 30)]],
        "latency": {str(share): float(np.quantile(told["times"], share)) for share in (0.5, 0.95, 0.99)},
        "processors": {"service": used / told["seconds"], "clients": told["cpu"] / told["seconds"]},
    }
    print(f"{rate:.1f}/s, {share:.0%} of the library, memory {growth:+.1%}, {told['statuses']}", flush=True)
    return result


def _together(requests: Sequence[Request]) -> Result:
    """What it would give to read the lines of waiting requests together: milliseconds of the processor."""
    reader, network = Reader({"threads": 1}), LineReader(threads=1)
    pictures = [request.data for request in requests if request.expect == "number"]
    lines = [find_line(load(data, reader.settings).grey).pixels for data in pictures]
    groups = [lines[start : start + TOGETHER] for start in range(0, len(lines), TOGETHER)]

    def milliseconds(work: Callable[[], object]) -> float:
        work()
        begun = time.process_time()
        work()
        return 1e3 * (time.process_time() - begun) / len(lines)

    told = {
        "lines": len(lines),
        "reading": milliseconds(lambda: [reader.read(data, expect="number") for data in pictures]),
        "alone": milliseconds(lambda: [network.frames([line]) for line in lines]),
        "together": milliseconds(lambda: [network.frames(group) for group in groups]),
    }
    print(", ".join(f"{name} {value:.2f}" for name, value in told.items()), flush=True)
    return told


def _library(requests: Sequence[Request], seconds: float) -> Result:
    """One reader in this process: the better of one thread and one a processor."""
    reader = Reader()
    reader.read(requests[0].data, expect="page")

    def work(first: int, end: float) -> int:
        done = first
        while time.perf_counter() < end:
            request = requests[done % len(requests)]
            reader.read(request.data, expect=request.expect)
            done += 1
        return done - first

    def told(threads: int) -> Result:
        begun, used = time.perf_counter(), time.process_time()
        with ThreadPoolExecutor(threads) as pool:
            jobs = [pool.submit(work, 17 * place, begun + seconds / 2) for place in range(threads)]
            count = sum(job.result() for job in jobs)
        took, used = time.perf_counter() - begun, time.process_time() - used
        return {"threads": threads, "rate": count / took, "milliseconds": 1e3 * used / count}

    return max((told(threads) for threads in sorted({1, processors()})), key=lambda one: one["rate"])


def _growth(notes: Sequence[tuple[float, float]]) -> float:
    """How much more memory there is at the end than once it settled, as a share."""
    total = notes[-1][0]
    settled = min(_SETTLED, total / 3)
    window = min(_ENDS, total / 6)
    first = median(size for at, size in notes if settled <= at <= settled + window)
    last = median(size for at, size in notes if at >= total - window)
    return last / first - 1


def _hurt(service: Served, requests: Sequence[Request], count: int) -> Result:
    """Pictures and bodies changed at random; nothing may fail, hang or stay behind."""
    sent = _mutants(requests, count)
    statuses: Counter[str] = Counter()
    answers: list[tuple[float, bytes]] = []
    sizes = []
    for part in (sent[: count // 2], sent[count // 2 :]):  # memory is as large as the dearest has left it
        told = service.load(part, 8, None)
        sizes.append(service.megabytes)
        statuses.update(told["statuses"])
        answers += [(seconds, part[place]) for seconds, place in zip(told["times"], told["places"], strict=True)]
    slowest = nlargest(AGAIN, answers, key=lambda answer: answer[0])
    growth = sizes[1] / sizes[0] - 1
    result = {
        "requests": sum(statuses.values()),
        "statuses": dict(statuses),
        "failed": sum(number for status, number in statuses.items() if status[0] == "5" or not status.isdigit()),
        "slowest": slowest[0][0],
        "again": [_again(service, seconds, request) for seconds, request in slowest],
        "growth": growth,
        "lives": service.process.poll() is None,
    }
    dear = max(item["processor"] for item in result["again"])
    told = f"slowest {result['slowest']:.2f} s, of the processor {dear:.2f} s, memory {growth:+.1%}"
    print(f"mutants: {dict(statuses)}, {told}", flush=True)
    return result


def _again(service: Served, seconds: float, request: bytes) -> Result:
    """What was slow among others, sent alone: on a busy machine only its processor time is its own."""
    before = service.processor_seconds
    told = service.load([request], 1, None)
    head = request.partition(b"\r\n")[0].decode()
    used = service.processor_seconds - before
    return {"request": head, "seconds": seconds, "alone": told["times"][0], "processor": used}


def _mutants(requests: Sequence[Request], count: int) -> list[bytes]:
    """Three of four are pictures, the others forms and strokes."""
    small = [request for request in requests if len(request.data) < 100_000]
    each = [mutants(request.data, count, seed) for seed, request in enumerate(small)]
    form = _form(min(small, key=lambda request: len(request.data)).data)
    forms = mutants(form, count, 1)
    strokes = mutants(b'{"strokes": [[[20, 10], [80, 10.5]], [[45, 9e1]]], "name": "x"}', count, 2)
    made = []
    for place in range(count):
        if place % 8 == 6:
            made.append(raw_request("/v1/read", "multipart/form-data; boundary=edge", next(forms)))
        elif place % 8 == 7:
            made.append(raw_request("/v1/strokes", "application/json", next(strokes)))
        else:
            which = place % len(small)
            made.append(raw_request(small[which].path, "image/jpeg", next(islice(each[which], 1))))
    return made


def _form(data: bytes) -> bytes:
    head = b'--edge\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n\r\n'
    return head + data + b'\r\n--edge\r\nContent-Disposition: form-data; name="expect"\r\n\r\nnumber\r\n--edge--\r\n'
