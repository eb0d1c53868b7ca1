"""``report_kept``: a report of what is kept, for whoever may see it; the audit log tells that it was made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from inkdigits.reports.selection import in_words
from inkdigits.reports.write import format_of, write_report
from inkdigits.storage.actor import Actor

if TYPE_CHECKING:
    from inkdigits.storage.filter import Filter
    from inkdigits.storage.store import Store


def report_kept(
    store: Store,
    actor: Actor,
    wanted: Filter,
    path: str | Path,
    *,
    format: str | None = None,  # noqa: A002 - as in write_report
    address: str = "",
    listen: Callable[[int], None] | None = None,
) -> int:
    """Writes what is wanted and what the actor sees, as :func:`inkdigits.reports.write_report` does.

    Args:
        store: Where the readings are.
        actor: Who asks.
        wanted: Which readings.
        path: The file.
        format: One of :data:`inkdigits.reports.FORMATS`; None takes it from the end of the name.
        address: From where the actor asks, for the audit log.
        listen: Is called with the number of readings that are done.

    Returns:
        How many readings were written.

    Raises:
        OptionError: The format is unknown, nothing is wanted, or the file cannot be written there.
        StorageError: The database cannot be reached.
        MissingExtraError: A library of the extra ``reports`` or ``parquet`` is not installed.
    """
    from inkdigits.storage.audit import AuditLog

    kind = format_of(path, format)
    count = write_report(
        store.each(actor, wanted),
        path,
        format=kind,
        thumbnails=lambda readings: store.thumbnails(readings, actor),
        selection=in_words(wanted),
        by="" if actor.id is None else actor.name,
        listen=listen,
    )
    AuditLog(store.database).add(actor, "export", "", address=address, details={"readings": count, "format": kind})
    return count
