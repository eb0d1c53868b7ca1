"""The tables about speed."""

from __future__ import annotations

from benchmarks.results import Result, Results
from benchmarks.tables.markdown import short_time, table
from benchmarks.targets import SPEED_OF_OTHERS

_HEAD = ("what", "inkdigits (median)", "yardstick in the same run (median)", "ratio")


def speed(results: Results) -> str:
    """One digit, many, and the start, beside the yardsticks of the same run."""
    found = results["speed"]
    one, many, start = found["one"], found["batch"], found["start"]
    keras = one["keras"]
    name = keras and f"Keras {keras['keras']} `model.predict`, {keras['backend']} {keras['backend_version']}"
    rows = _beside("one digit, 280×280 canvas to answer", one["ours"], name, keras)
    plain = f"onnxruntime alone, the larger network for all: {many['plain']:,.0f}/s"
    what = f"`read_digits`, {many['digits']:,} MNIST images, {many['threads']} threads"
    rows.append((what, f"{many['rate']:,.0f}/s", plain, f"{many['rate'] / many['plain']:.1f} times faster"))
    imports = f"`import onnxruntime, numpy`: {start['imports']:.2f} s"
    ratio = f"{start['first_answer'] / start['imports']:.1f} times as long"
    rows.append(("new process to first answer", f"{start['first_answer']:.2f} s", imports, ratio))
    return table(_HEAD, rows)


def number_speed(results: Results) -> str:
    """One field beside the best open reader, and one large page."""
    found = results["number_speed"]
    rival = found["field"]["rival"]
    name = rival and f"{rival['name']} {rival['version']}, its recognizer alone"
    rows = _beside("one cheque amount, file to answer", found["field"]["ours"], name, rival)
    rows.append(("a photo of 12 megapixels, pixels to numbers", short_time(found["page"]["wall"]), None, None))
    return table(_HEAD, rows)


def _beside(what: str, ours: Result, name: str | None, theirs: Result | None) -> list[tuple[object, ...]]:
    """A row of time, and one of processor time where there is a yardstick."""
    if theirs is None:
        return [(what, short_time(ours["wall"]), None, None)]
    faster, less = (_times(theirs[key] / max(ours[key], 1e-9)) for key in ("wall", "cpu"))
    return [
        (what, short_time(ours["wall"]), f"{name}: {short_time(theirs['wall'])}", f"{faster} times faster"),
        ("… processor time", short_time(ours["cpu"]), short_time(theirs["cpu"]), f"{less} times less"),
    ]


def _times(ratio: float) -> str:
    return f"{ratio:.1f}" if ratio < 10 else f"{ratio:,.0f}"


def others_speed(results: Results) -> str:
    """What others took, on another machine."""
    return table(("reader", "start to first answer", "one digit", "many digits", "installed"), SPEED_OF_OTHERS)
