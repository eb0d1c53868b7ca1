"""``once``: a request with an idempotency key is done once, and answered the same however often it is sent."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from typing import Annotated

from fastapi import Header, Response
from starlette.concurrency import run_in_threadpool

from inkdigits.errors import StorageError
from inkdigits.service import problems
from inkdigits.service.problems import Problem
from inkdigits.service.state import State
from inkdigits.storage.actor import Actor

log = logging.getLogger(__name__)

REPLAYED = "Idempotency-Replayed"

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="Any name of yours for this request, such as a UUID: sent again within a day with the same key, it "
        f"is not done again but answered again (`{REPLAYED}: true`).",
    ),
]
STATUSES = (409, 422)
"""Of the problems that a key may bring."""


async def once(
    service: State,
    who: Actor,
    key: str | None,
    asked: Iterable[bytes],
    work: Callable[[str | None], Awaitable[Response]],
) -> Response:
    """Does a request, or gives the answer that it had.

    Args:
        service: The service.
        who: Who sends it; keys of different people never meet.
        key: Its idempotency key; None does it without further ado.
        asked: All that was asked; the same key for something else is refused.
        work: Does it; takes the request's own name, the same in every attempt, from which the ids of all that is kept
            are to be made: an attempt after a killed one then keeps nothing twice. None without a key.

    Raises:
        Problem: The key stands for another request, or the request is at work just now.
        StorageError: The database cannot be reached.
    """
    if key is None:
        return await work(None)
    from inkdigits.storage.answers import LEASE, Answer, Answers

    lease = max(LEASE, timedelta(seconds=2 * service.settings.service_timeout))
    store = await run_in_threadpool(service.open_store)
    answers = Answers(store.database, lease=lease)
    claim = await run_in_threadpool(lambda: answers.claim(who, key, _hash(asked)))
    if claim.state == "other":
        raise Problem(
            problems.KEY_REUSED, "this Idempotency-Key was sent with another request: make a new one for each"
        )
    if claim.state == "at work":
        raise Problem(
            problems.AT_WORK, "the first request with this Idempotency-Key is still read", {"Retry-After": "1"}
        )
    if claim.answer is not None:
        return Response(claim.answer.body, claim.answer.status, {REPLAYED: "true"}, claim.answer.media_type)
    try:
        response = await work(claim.name)
    except BaseException:
        try:
            await run_in_threadpool(answers.release, claim)
        except StorageError as error:
            log.warning("a failed request counts as at work for %s: %s", lease, error)
        raise
    answer = Answer(response.status_code, response.media_type or "", bytes(response.body))
    await run_in_threadpool(answers.keep, claim, answer)
    return response


def _hash(asked: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in asked:
        digest.update(f"{len(part)} ".encode())
        digest.update(part)
    return digest.hexdigest()
