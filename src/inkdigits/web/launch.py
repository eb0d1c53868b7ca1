"""``launch``: what ``inkdigits app`` calls."""

from __future__ import annotations

import errno
import importlib.util
import socket
from pathlib import Path

from inkdigits import terminal
from inkdigits.errors import MissingExtraError, OptionError
from inkdigits.settings import Settings

MEGABYTE = 2**20


def launch(port: int = 8501, host: str = "localhost", headless: bool = False) -> None:
    """Serves the application until it is interrupted.

    Its theme lies in ``.streamlit`` beside ``app.py``, where Streamlit looks first, so it holds from any folder.

    Args:
        port: TCP port.
        host: Address to listen on; ``0.0.0.0`` opens it to the network.
        headless: Open no browser.

    Raises:
        MissingExtraError: Streamlit, or what accounts need, is not installed.
        StorageError: The database of the accounts cannot be opened.
        OptionError: Nothing can listen there, or a setting in the environment is out of range.
    """
    if importlib.util.find_spec("streamlit") is None:
        raise MissingExtraError("The app", "app")
    _try(host, port)
    settings = Settings.resolve(None)
    _check_accounts(settings)
    from streamlit.web import cli

    from inkdigits.web.batch.desk import drop_old

    drop_old(settings)
    terminal.err().print(f"inkdigits is at {_url(host, port)}; Ctrl+C ends it", soft_wrap=True)
    cli.main(["run", *arguments(port, host, headless)], standalone_mode=False)


def _try(host: str, port: int) -> None:
    """Listens for a moment: Streamlit would answer a wrong address with a traceback."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind((host, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise OptionError(f"port {port} is in use: choose another, such as --port {port % 65535 + 1}") from error
        raise OptionError(
            f"cannot listen on {host}, port {port} ({error.strerror}): use --host localhost, or 0.0.0.0 to open "
            "the app to the network, and a port from 1024"
        ) from error


def _url(host: str, port: int) -> str:
    name = "localhost" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}"


def _check_accounts(settings: Settings) -> None:
    """Says now what would keep everybody from signing in later."""
    if settings.auth == "off":
        return
    from inkdigits.accounts.office import Accounts

    Accounts.open(settings)
    if settings.auth == "oidc" and importlib.util.find_spec("authlib") is None:
        raise MissingExtraError("Signing in at a provider", "oidc")


def arguments(port: int, host: str, headless: bool) -> list[str]:
    """The arguments of ``streamlit run``.

    Pages ask for smaller files than the server takes: the largest are those of the Batch page, and the server's limit
    holds whatever a page allows.
    """
    from inkdigits.batch.uploads import ROOM

    settings = Settings.resolve(None)
    script = "server.py" if settings.auth == "local" else "app.py"
    return [
        str(Path(__file__).parent / script),
        f"--server.port={port}",
        f"--server.address={host}",
        f"--server.headless={str(headless).lower()}",
        f"--server.maxUploadSize={max(1, ROOM * settings.max_bytes // MEGABYTE)}",
        "--server.fileWatcherType=none",
    ]
