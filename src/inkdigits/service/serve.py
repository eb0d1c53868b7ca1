"""``serve``: orders become the answer of a route."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from inkdigits.errors import InkDigitsError
from inkdigits.service.answers import ReadBody
from inkdigits.service.once import STATUSES
from inkdigits.service.order import Answer, Order
from inkdigits.service.problems import OF_READING, Problem, answers, request_id_of
from inkdigits.service.state import State
from inkdigits.wish import Wish

RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"model": ReadBody, "description": "What was read."},
    **answers(*STATUSES, *OF_READING),
}
"""For OpenAPI: what a route that reads may answer."""


async def serve(request: Request, service: State, orders: Sequence[Order]) -> Response:
    """Reads the orders of a request.

    Returns:
        One result each; of several, those that failed have their own problem.

    Raises:
        InkDigitsError: An option makes no sense, or the only order failed.
        Problem: Too many wait already, or it took too long.
    """
    options = orders[0].options
    if options.constrains:
        await run_in_threadpool(Wish.of, **options.asked)
    outcomes = await service.desk.read(orders, request.is_disconnected)
    if len(outcomes) == 1 and isinstance(outcomes[0], Exception):
        raise outcomes[0]
    told = []
    for order, outcome in zip(orders, outcomes, strict=True):
        if isinstance(outcome, Answer):
            service.metrics.count_readings(outcome.readings)
            told.append(outcome.body)
        else:
            told.append(_told_problem(request, order, outcome))
    return Response('{"results":[' + ",".join(told) + "]}", media_type="application/json")


def _told_problem(request: Request, order: Order, error: Exception) -> str:
    if not isinstance(error, InkDigitsError):
        raise error
    problem = Problem.of(error).to_dict(request_id_of(request))
    return json.dumps({"name": order.name, "readings": [], "problem": problem, "warning": None}, ensure_ascii=False)
