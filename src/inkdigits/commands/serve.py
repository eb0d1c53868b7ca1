"""``inkdigits serve``: the HTTP service."""

from __future__ import annotations

from typing import Annotated

import typer

from inkdigits.commands.extra import extra


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 opens it to the network.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8000,
    log: Annotated[str, typer.Option(metavar="json|text", help="How each request is logged.")] = "json",
    workers: Annotated[
        int | None, typer.Option(min=0, max=256, help="Processes that read; 0 reads with threads.", show_default="0")
    ] = None,
    keys: Annotated[bool, typer.Option("--keys", help="Serve only who has a key; see 'inkdigits keys'.")] = False,
    open_to_all: Annotated[bool, typer.Option("--open", help="Let all who reach it read, without a key.")] = False,
) -> None:
    """Serves the reader over HTTP.

    POST pictures to /v1/read; /docs describes the rest.

    Example: inkdigits serve --port 8080
    """
    with extra("the service", "service"):
        from inkdigits.service.launch import launch

    launch(host, port, log, keys=keys, open_to_all=open_to_all, workers=workers)
