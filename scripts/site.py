"""What ``mkdocs build`` needs beside docs/: pages that lie elsewhere, and those made from the program.

The README is the site's front page. Links of all pages are written for whoever reads the repository; here they lead to
pages of the site, and those to files that are no pages become plain names.
"""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # MkDocs runs this file by its path

from scripts.site_http import http  # noqa: E402

CARDS = "src/inkdigits/recognition/weights"
ELSEWHERE = {
    "README.md": "index.md",
    "CHANGELOG.md": "changes.md",
    "CONTRIBUTING.md": "contributing.md",
    f"{CARDS}/digit.md": "cards/digit.md",
    f"{CARDS}/line.md": "cards/line.md",
}
"""Pages by where they lie in the repository."""

COMMANDS = "reference/commands.md"
HTTP = "reference/http.md"
ICON = "src/inkdigits/web/assets/icon.png"
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)#\s]*)(#[^)\s]*)?\)")
_MARKER = re.compile(r"<!-- /?(?:benchmarks|figure)(?::\w+)? -->")
_FENCE = re.compile(r"(^```.*?^```$)", re.DOTALL | re.MULTILINE)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """A guide that mkdocs.yml does not place yet is the last of the guides, rather than missing."""
    placed = str(config.nav)
    guides = next(entry["Guides"] for entry in config.nav or [] if "Guides" in entry)
    guides += [path.name for path in sorted((ROOT / "docs").glob("*.md")) if path.name not in placed]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages that are not in docs/."""
    for source, target in ELSEWHERE.items():
        files.append(File.generated(config, target, content=(ROOT / source).read_text(encoding="utf-8")))
    files.append(File.generated(config, COMMANDS, content=commands()))
    files.append(File.generated(config, HTTP, content=http()))
    files.append(File.generated(config, "assets/icon.png", abs_src_path=str(ROOT / ICON)))
    return files


def on_page_markdown(markdown: str, page: Page, files: Files, **_: Any) -> str:
    """Turns the repository's links into the site's, but for those in code, and takes the marks of figures out."""
    markdown = _MARKER.sub("", markdown)
    here = page.file.src_uri
    written = next((source for source, target in ELSEWHERE.items() if target == here), f"docs/{here}")

    def lead(found: re.Match[str]) -> str:
        image, text, target, anchor = found.groups(default="")
        if not target or re.match(r"\w+:", target):
            return found[0]
        meant = posixpath.normpath(posixpath.join(posixpath.dirname(written), target))
        there = ELSEWHERE.get(meant) or meant.removeprefix("docs/")
        if files.get_file_from_path(there) is None or (there == meant and meant not in ELSEWHERE):
            return f"`{text}`" if meant.endswith((".py", ".yaml", ".yml", ".conf", ".json", ".csv")) else text
        way = posixpath.relpath(there, posixpath.dirname(here) or ".")
        return f"{image}[{text}]({way}{anchor})"

    parts = _FENCE.split(markdown)
    return "".join(part if part.startswith("```") else _LINK.sub(lead, part) for part in parts)


def on_page_content(html: str, **_: Any) -> str:
    """Takes the roles out that docstrings have for other programs, such as ``:class:``."""
    return re.sub(r":(?:class|meth|func|mod|attr|data|exc):(?=<code>|<a )", "", html)


def on_post_page(output: str, **_: Any) -> str:
    """Names the search for screen readers: the theme calls it a dialog without a name."""
    search = 'data-md-component="search" role="dialog"'
    return output.replace(search, f'{search} aria-label="Search"')


def commands() -> str:
    """The command line as a page: the help of every command, as the terminal shows it."""
    from inkdigits.cli import app

    parts = ["# Command line", "What `--help` says, of every command."]
    for name, text in _helps("inkdigits", typer.main.get_command(app), None):
        level = min(4, 1 + len(name.split()))
        parts += [f"{'#' * level} {name}", f"```text\n{text.strip()}\n```"]
    return "\n\n".join(parts) + "\n"


def _helps(name: str, command: Any, parent: Any) -> Iterator[tuple[str, str]]:
    context = command.context_class(
        command, info_name=name.split()[-1], parent=parent, terminal_width=88, max_content_width=88
    )
    yield name, command.get_help(context)
    for inner in getattr(command, "commands", {}).values():
        yield from _helps(f"{name} {inner.name}", inner, context)
