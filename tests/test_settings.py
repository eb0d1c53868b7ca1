"""Settings: from the environment, mappings, and instances; what is unknown is named."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from inkdigits import OptionError, Reader, Settings


def test_defaults_and_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings.resolve(None).max_bytes == 64 * 2**20
    monkeypatch.setenv("INKDIGITS_MAX_BYTES", "1000")
    assert Settings.resolve(None).max_bytes == 1000
    assert Settings.resolve({"max_bytes": 5}).max_bytes == 5


def test_defaults_are_the_same_with_and_without_a_check(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("INKDIGITS_")]:
        monkeypatch.delenv(name)
    assert Settings() == Settings(threads=0)
    assert Settings.resolve({}).home == Settings(home=Settings().home).home


def test_nothing_is_imported_to_check_what_nobody_set() -> None:
    code = "import sys, inkdigits; inkdigits.Reader(); print('pydantic' in sys.modules)"
    plain = {name: value for name, value in os.environ.items() if not name.startswith("INKDIGITS_")}
    with tempfile.TemporaryDirectory() as home:
        there = subprocess.run(
            [sys.executable, "-c", code], env={**plain, "HOME": home}, capture_output=True, text=True, check=True
        )
    assert there.stdout.strip() == "False"


def test_a_copy_is_checked_too() -> None:
    settings = Settings(threads=2)
    assert settings.changed({"batch_size": 7}) == Settings(threads=2, batch_size=7)
    with pytest.raises(OptionError, match="threads"):
        settings.changed({"threads": -1})
    with pytest.raises(AttributeError):
        settings.threads = 3  # type: ignore[misc]


def test_an_instance_is_taken_as_it_is() -> None:
    settings = Settings(threads=2)
    assert Settings.resolve(settings) is settings


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"thread": 1}, ["unknown setting 'thread'", "choose from", "threads"]),
        ({"threads": -1}, ["'threads'", "-1"]),
        ({"max_bytes": "many"}, ["'max_bytes'", "many"]),
    ],
)
def test_what_is_wrong_is_named(mapping: dict[str, object], words: list[str]) -> None:
    with pytest.raises(OptionError) as caught:
        Reader(mapping)
    assert all(word in str(caught.value) for word in words)


def test_secrets_may_be_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKDIGITS_SECRETS", str(tmp_path))
    (tmp_path / "inkdigits_database_password").write_text("between us\n")
    settings = Settings.resolve(None)
    assert settings.database_password.get_secret_value() == "between us"
    assert "between us" not in f"{settings!r} {settings}"
    monkeypatch.setenv("INKDIGITS_DATABASE_PASSWORD", "told")
    assert Settings.resolve(None).database_password.get_secret_value() == "told"


def test_a_folder_of_secrets_that_is_none_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKDIGITS_SECRETS", str(tmp_path / "nowhere"))
    with pytest.raises(OptionError, match="no folder"):
        Settings.resolve(None)
