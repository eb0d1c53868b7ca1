"""The documents keep their word: examples run, links lead somewhere."""

from __future__ import annotations

import re
import shlex
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
import typer
from PIL import Image

from handwriting import digit_picture, number_picture
from inkdigits.cli import app

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])
RUNNABLE = ("README.md", "docs/batch.md", "docs/library.md", "docs/history.md")


@pytest.fixture
def written_digits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Image.fromarray(digit_picture(7)).save("seven.png")
    numbers = [Image.fromarray(number_picture(text)) for text in ("4096", "2357")]
    numbers[0].save("number.png")
    numbers[0].save("two-pages.tiff", save_all=True, append_images=numbers[1:])
    Path("digits").mkdir()
    for label in range(10):
        Image.fromarray(digit_picture(label)).save(f"digits/{label}.png")


@pytest.mark.usefixtures("written_digits")
@pytest.mark.parametrize("name", RUNNABLE)
def test_examples_run(name: str) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert blocks
    names: dict[str, object] = {}
    for number, block in enumerate(blocks, 1):
        exec(compile(block, f"{name}, example {number}", "exec"), names)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8"))
    local = [target for target in targets if not target.startswith(("http:", "https:"))]
    assert [target for target in local if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_command_lines_are_understood(path: Path) -> None:
    """Every command in a block exists and takes these options; nothing is run."""
    blocks = re.findall(r"^```console\n(.*?)^```", path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    for line in re.findall(r"^(?:.*[|$] )?inkdigits (.+)$", "\n".join(blocks), re.MULTILINE):
        words = takewhile(lambda word: word not in ("|", ">"), shlex.split(line, comments=True))
        understand(typer.main.get_command(app), list(words))


def understand(command: Any, words: list[str]) -> None:
    if hasattr(command, "commands") and words and not words[0].startswith("-"):
        assert words[0] in command.commands
        understand(command.commands[words[0]], words[1:])
    else:
        command.make_context(command.name, words)  # wrong usage raises
