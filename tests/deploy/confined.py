"""Runs a command as a container would: another user, no rights, and a root file system that cannot be written to."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import pytest

USER = 1000
STARTUP = 150.0  # seconds until a server answers, on a busy machine

# The home folder becomes a mount of its own, so that it stays as it is when all around it is made read-only.
_WALL = 'mount --make-rprivate / && mount --bind "$0" "$0" && mount -o remount,bind,ro / && cd "$0" && exec "$@"'


@lru_cache(maxsize=1)
def wall() -> bool:
    """Whether this machine lets a test make its own view of the file system; elsewhere it runs without one."""
    if os.name != "posix" or os.geteuid() != 0 or shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "--mount", "mount", "--make-rprivate", "/"], capture_output=True).returncode == 0


@lru_cache(maxsize=1)
def other_user() -> tuple[str, ...]:
    """What makes a command another user's, where that user can reach the Python that runs the tests."""
    if os.name != "posix" or os.geteuid() != 0 or shutil.which("setpriv") is None:
        return ()
    become = ("setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--no-new-privs")
    become += ("--inh-caps=-all", "--bounding-set=-all")
    reached = subprocess.run([*become, sys.executable, "-c", "import inkdigits"], capture_output=True, cwd="/")
    return become if reached.returncode == 0 else ()


def confine(command: Sequence[str], home: Path) -> list[str]:
    """The command, with nothing but its home folder to write to."""
    behind = ["unshare", "--mount", "--", "sh", "-c", _WALL, str(home)] if wall() else []
    return [*behind, *other_user(), *command]


@contextmanager
def home_folder() -> Iterator[Path]:
    """A home folder with room for temporary files, for the user who runs the command; all around it is not theirs."""
    place = Path(tempfile.mkdtemp(prefix="inkdigits-deploy-"))  # pytest's own folders keep other users out
    place.chmod(0o755)
    home = place / "home"
    try:
        (home / "tmp").mkdir(parents=True)
        if other_user():
            for path in (home, home / "tmp"):
                os.chown(path, USER, USER)
        yield home
        assert [found.name for found in place.iterdir()] == ["home"], "it wrote to where nothing may be written"
    finally:
        shutil.rmtree(place, ignore_errors=True)


def environment(home: Path, **more: str) -> Mapping[str, str]:
    """What a container's environment has: nothing of this machine's but the way to its programs.

    ``HOME`` is a folder that cannot be written to, as in the image.
    """
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "LANG") if name in os.environ}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {**kept, "PATH": path, "HOME": str(home.parent), "TMPDIR": str(home / "tmp"), **more}


@contextmanager
def running(command: Sequence[str], home: Path, url: str, **more: str) -> Iterator[None]:
    """Runs a server in confinement, from when it answers at the address until the block ends."""
    log = home / "log.txt"
    with log.open("wb") as out:
        process = subprocess.Popen(
            confine(command, home), env=environment(home, **more), cwd=home, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            deadline = time.monotonic() + STARTUP
            while not answers(url):
                if process.poll() is not None or time.monotonic() > deadline:
                    pytest.fail(f"{' '.join(command)} does not answer at {url}:\n{log.read_text(errors='replace')}")
                time.sleep(0.1)
            yield
        finally:
            process.terminate()
            process.wait(timeout=STARTUP)


def answers(url: str) -> bool:
    """Whether somebody says 200 there."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def free_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
