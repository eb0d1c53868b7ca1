"""``launch``: what ``inkdigits serve`` calls."""

from __future__ import annotations

import errno
import logging
import signal
import socket
import sys

import uvicorn

from inkdigits.errors import OptionError
from inkdigits.service import log as service_log
from inkdigits.service.app import create_app
from inkdigits.service.own import is_own
from inkdigits.service.protocol import guarded
from inkdigits.settings import Settings

log = logging.getLogger("inkdigits.service")

BACKLOG = 1024
GRACE = 30
"""Seconds that requests have to end when the service is stopped."""


def launch(
    host: str,
    port: int,
    form: str = "json",
    *,
    keys: bool = False,
    open_to_all: bool = False,
    workers: int | None = None,
) -> None:
    """Serves until it is told to stop; then what was begun is ended first.

    Args:
        host: Address to listen on.
        port: TCP port; 0 takes any that is free, and the log says which.
        form: Of the log: ``"json"`` or ``"text"``.
        keys: Whether only those with a key may use it, even where there are no accounts.
        open_to_all: Whether others may read with it without a key, too.
        workers: Processes that read; 0 reads with threads of this one, None leaves it to the settings.

    Raises:
        OptionError: Nothing can listen there, a setting is out of range, or it would be open to all unasked.
        ModelError: A model of the settings is missing or damaged.
        StorageError: The database that the settings ask for cannot be opened.
        MissingExtraError: What opens it is not installed.
    """
    if form not in service_log.FORMATS:
        raise OptionError(f"unknown log format {form!r}; choose from {', '.join(service_log.FORMATS)}")
    settings = Settings.resolve(None)
    if keys:
        settings = settings.changed({"service_keys": True})
    if workers is not None:
        settings = settings.changed({"service_workers": workers})
    if not (settings.service_keys or settings.auth != "off" or open_to_all or is_own(host)):
        raise OptionError(
            f"on {host} anybody who reaches this machine could use the service: switch on keys "
            "(--keys, or INKDIGITS_SERVICE_KEYS=1; see 'inkdigits keys'), or say --open"
        )
    service_log.set_up(form)
    listening = _listen(host, port)
    app = create_app(settings, open_to_all=open_to_all)
    app.state.service.start()  # what fails is told in a line; uvicorn would show where it failed
    config = uvicorn.Config(
        app,
        http=guarded(settings.service_patience),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=GRACE,
    )
    said = {"event": "listening", "host": host, "port": listening.getsockname()[1]}
    log.info("inkdigits listens at %s, port %s; Ctrl+C ends it", host, said["port"], extra=said)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn raises the signal again once all is ended
    uvicorn.Server(config).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    """Listens before the networks are opened: who connects now waits a moment instead of being turned away."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise OptionError(f"port {port} is in use: choose another, such as --port {port % 65535 + 1}") from error
        raise OptionError(
            f"cannot listen on {host}, port {port} ({error.strerror}): use --host 127.0.0.1 and a port from 1024"
        ) from error
    return listening
