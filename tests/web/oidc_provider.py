"""Canaille, an identity provider, with people in its memory: a process of its own, as an organization would run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

CLIENT, SECRET, PASSWORD = "inkdigits", "secret-of-the-client", "a few words of theirs"
TESTS = Path(__file__).parent.parent
STARTUP = 150.0  # seconds until it answers


@contextmanager
def provider(port: int, application: str, people: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Serves the provider; gives its address.

    Args:
        port: Where.
        application: Where the application is, to which it sends people back.
        people: The groups of each person.
    """
    command = [sys.executable, "-m", "web.oidc_provider", str(port), application, json.dumps(people)]
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    url = f"http://localhost:{port}"  # another host than the application's: cookies know no ports
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, cwd=TESTS, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            deadline = time.monotonic() + STARTUP
            while not _answers(url):
                if time.monotonic() > deadline or process.poll() is not None:
                    log.seek(0)
                    pytest.fail(f"the provider did not start:\n{log.read().decode(errors='replace')}")
                time.sleep(0.1)
            yield url
        finally:
            process.terminate()
            process.wait(STARTUP)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/.well-known/openid-configuration", timeout=5):
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def main(port: int, application: str, people: Mapping[str, Sequence[str]]) -> None:
    """Fills the provider's memory and serves it."""
    from canaille import create_app
    from canaille.app import models
    from canaille.backends import Backend

    app = create_app(
        {
            "SECRET_KEY": "of the provider's own cookies",
            "SERVER_NAME": f"localhost:{port}",
            "PREFERRED_URL_SCHEME": "http",
            "CANAILLE": {"DATABASE": "memory", "SMTP": None, "HTMX": False},  # no page changes while it is filled in
            "CANAILLE_OIDC": {"TRUSTED_DOMAINS": []},  # so that people are asked before it tells of them
        }
    )
    with app.app_context(), Backend.instance.session():
        made = {
            name: models.User(
                user_name=name.lower(),
                formatted_name=name,
                family_name=name,
                emails=[f"{name.lower()}@example.org"],
                password=PASSWORD,
            )
            for name in people
        }
        for person in made.values():
            Backend.instance.save(person)
        for group in sorted({group for groups in people.values() for group in groups}):
            members = [made[name] for name, groups in people.items() if group in groups]
            Backend.instance.save(models.Group(display_name=group, members=members))
        back = f"{application}/oauth2callback"
        client = models.Client(
            client_id=CLIENT,
            client_secret=SECRET,
            client_name="Inkdigits",
            client_uri=application,
            redirect_uris=[back],
            post_logout_redirect_uris=[back],
            grant_types=["authorization_code"],
            response_types=["code"],
            scope=["openid", "profile", "email", "groups"],
            token_endpoint_auth_method="client_secret_basic",
        )
        Backend.instance.save(client)
        client.audience = [client]
        Backend.instance.save(client)
    app.run("127.0.0.1", port, threaded=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3]))
