"""``launch``: what ``inkdigits app`` calls."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from inkdigits.errors import MissingExtraError
from inkdigits.settings import Settings

MEGABYTE = 2**20


def launch(port: int = 8501, address: str = "localhost", headless: bool = False) -> None:
    """Serves the application until it is interrupted.

    Its theme lies in ``.streamlit`` beside ``app.py``, where Streamlit looks first, so it holds from any folder.

    Args:
        port: TCP port.
        address: Address to listen on; ``0.0.0.0`` opens it to the network.
        headless: Open no browser.

    Raises:
        MissingExtraError: Streamlit is not installed.
        OptionError: A setting in the environment is out of range.
    """
    if importlib.util.find_spec("streamlit") is None:
        raise MissingExtraError("The app", "app")
    from streamlit.web import cli

    cli.main(["run", *arguments(port, address, headless)], standalone_mode=False)


def arguments(port: int, address: str, headless: bool) -> list[str]:
    """The arguments of ``streamlit run``."""
    return [
        str(Path(__file__).parent / "app.py"),
        f"--server.port={port}",
        f"--server.address={address}",
        f"--server.headless={str(headless).lower()}",
        f"--server.maxUploadSize={max(1, Settings.resolve(None).max_bytes // MEGABYTE)}",
        "--server.fileWatcherType=none",
    ]
