"""``/v1/models``: which models there are, and which of them read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.concurrency import run_in_threadpool

from inkdigits.registry.model import Model
from inkdigits.registry.registry import Registry
from inkdigits.service.problems import answers
from inkdigits.service.records import Kind, ModelBody, ModelsBody
from inkdigits.service.state import Service, State
from inkdigits.service.who import Address, Who
from inkdigits.storage.actor import Actor

router = APIRouter(prefix="/v1/models", tags=["models"])

Id = Annotated[str, Path(alias="id", max_length=64, description="Id of a model, or `shipped`.", examples=["shipped"])]
Which = Annotated[Kind | None, Query(description="Of `shipped`, which one; else that for digits.")]


@router.get("", summary="List models", responses=answers(401, 403, 429, 500, 503))
async def models(service: Service, who: Who) -> ModelsBody:
    """All models with what was measured of them, and the names of those that read now."""

    def work() -> ModelsBody:
        registry = Registry(service.settings.home)
        active = {kind: registry.pointer(kind).id for kind in ("digit", "line")}
        told = [_told(model, active.get(model.kind) == model.id) for model in registry.list()]
        names = service.reader.models
        return ModelsBody(models=told, reading={"digit": names["digit"], "line": names["line"]})

    who.check()
    return await run_in_threadpool(work)


@router.post("/{id}/promote", summary="Let a model read", responses=answers(401, 403, 404, 422, 429, 500, 503))
async def promote(name: Id, service: Service, who: Who, address: Address, kind: Which = None) -> ModelBody:
    """Lets a model read from now on; this service, and every other one of this home folder, follows within a second.

    For administrators. Promoting the active model changes nothing.
    """
    registry = Registry(service.settings.home)
    change = _Change(service, who, address)
    return await run_in_threadpool(change, name, lambda: registry.promote(name, kind))


@router.post("/rollback", summary="Go back to the model before", responses=answers(401, 403, 422, 429, 500, 503))
async def rollback(
    service: Service, who: Who, address: Address, kind: Annotated[Kind, Query(description="Of which kind.")]
) -> ModelBody:
    """Lets the model read that did before the last promotion. For administrators."""
    registry = Registry(service.settings.home)
    change = _Change(service, who, address)

    def work() -> ModelBody:
        return change(f"back from {registry.pointer(kind).id}", lambda: registry.rollback(kind))

    return await run_in_threadpool(work)


class _Change:
    """Changes which model reads, for administrators, and notes it in the audit log where there is one."""

    def __init__(self, service: State, who: Actor, address: str) -> None:
        self._service = service
        self._who = who
        self._address = address

    def __call__(self, subject: str, work: Callable[[], Model]) -> ModelBody:
        from inkdigits.storage.audit import require_admin

        require_admin(self._who, "Promoting models")
        model = work()
        if self._service.locked:
            self._service.open_store().audit.add(self._who, "promotion", subject, address=self._address)
        return _told(model, active=True)


def _told(model: Model, active: bool) -> ModelBody:
    plain = ("id", "kind", "name", "created", "sha256", "problem")
    return ModelBody(**{name: getattr(model, name) for name in plain}, metrics=dict(model.metrics), active=active)
