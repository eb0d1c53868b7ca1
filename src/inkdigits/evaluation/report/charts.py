"""Charts as inline SVG; their colors are CSS variables, so that they follow light and dark."""

from __future__ import annotations

import html
from collections.abc import Sequence

from inkdigits.evaluation.judge import Evaluation
from inkdigits.evaluation.report.words import share

WIDTH, HEIGHT = 360, 300
LEFT, TOP, RIGHT, BOTTOM = 52, 12, 24, 44
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)

Spot = tuple[float, float]


def reliability_chart(measured: Sequence[Evaluation]) -> str:
    """Accuracy by confidence of one or more models, with its interval."""
    lines = [f'<path class="even" d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}"/>']
    for series, found in enumerate(measured):
        bins = [one for one in found.reliability if one.count]
        lines += [
            f'<path class="s{series} thin" d="M{_x(one.confidence)} {_y(one.interval[0])}V{_y(one.interval[1])}"/>'
            f'<circle class="s{series}" cx="{_x(one.confidence)}" cy="{_y(one.accuracy)}" r="3.5"/>'
            for one in bins
        ]
        lines.append(_line(series, [(one.confidence, one.accuracy) for one in bins]))
    said = "; ".join(f"{found.model}: calibration error {share(found.calibration_error)}" for found in measured)
    return _frame("".join(lines), f"Reliability. {said}", "confidence", "right", 1.0)


def risk_chart(measured: Sequence[Evaluation]) -> str:
    """Errors among the surest answers of one or more models, by the share that is taken."""
    top = max([0.01, *(point.risk for found in measured for point in found.risk_coverage)])
    lines = [
        _line(series, [(point.coverage, point.risk / top) for point in found.risk_coverage])
        for series, found in enumerate(measured)
    ]
    said = "; ".join(
        f"{found.model}: "
        + ", ".join(f"{share(taken, 1)} taken at {share(risk, 1)} errors" for risk, taken in found.coverage)
        for found in measured
    )
    return _frame("".join(lines), f"Risk and coverage. {said}", "share taken", "errors among them", top)


def legend(measured: Sequence[Evaluation]) -> str:
    """Which line is whose; by dash as well as by color. Nothing for one model."""
    if len(measured) < 2:
        return ""
    items = "".join(
        f'<li><svg width="28" height="10" aria-hidden="true"><path class="s{series} line" d="M1 5H27"/></svg> '
        f"{html.escape(found.model)}</li>"
        for series, found in enumerate(measured)
    )
    return f'<ul class="legend">{items}</ul>'


def _line(series: int, spots: Sequence[Spot]) -> str:
    path = "L".join(f"{_x(across)} {_y(up)}" for across, up in spots)
    return f'<path class="s{series} line" d="M{path}"/>' if spots else ""


def _frame(inside: str, said: str, across: str, up: str, top: float) -> str:
    places = 0 if top > 0.1 else 2
    ticks = "".join(
        f'<path class="grid" d="M{LEFT} {_y(tick)}H{WIDTH - RIGHT}"/>'
        f'<text x="{LEFT - 6}" y="{_y(tick) + 4:.1f}" text-anchor="end">{100 * tick * top:.{places}f} %</text>'
        f'<text x="{_x(tick)}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{100 * tick:.0f} %</text>'
        for tick in _TICKS
    )
    middle = (LEFT + WIDTH - RIGHT) / 2
    return (
        f'<svg class="chart" role="img" aria-label="{html.escape(said, quote=True)}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'{ticks}{inside}<text x="{middle}" y="{HEIGHT - 6}" text-anchor="middle">{across}</text>'
        f'<text x="{LEFT + 6}" y="{TOP + 8}">{up}</text></svg>'
    )


def _x(value: float) -> float:
    return round(LEFT + value * (WIDTH - LEFT - RIGHT), 1)


def _y(value: float) -> float:
    return round(HEIGHT - BOTTOM - value * (HEIGHT - TOP - BOTTOM), 1)
