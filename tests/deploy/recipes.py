"""The recipes, read: Dockerfile, compose.yaml, the manifests of Kubernetes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
KUBERNETES = ROOT / "deploy" / "kubernetes"


def instructions(path: Path) -> list[tuple[str, str]]:
    """The instructions of a Dockerfile, each on one line, without comments."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in joined.splitlines() if line)]


def last(name: str) -> str:
    """What the last instruction of this name says: the one that counts."""
    return [rest for found, rest in instructions(ROOT / "Dockerfile") if found == name][-1]


def listed(text: str) -> list[str]:
    """The list at the end of an instruction in exec form."""
    return [str(word) for word in json.loads(text[text.index("[") :])]


def variables() -> dict[str, str]:
    """What the image sets in the environment, but for the path."""
    found = [word.split("=", 1) for word in last("ENV").split()]
    return {name: value for name, value in found if name != "PATH"}


def compose() -> dict[str, Any]:
    """compose.yaml, with its anchors followed."""
    return dict(yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8")))


def resources() -> list[Path]:
    """The files of the Kubernetes example, as kustomization.yaml names them."""
    names = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text(encoding="utf-8"))["resources"]
    return [KUBERNETES / name for name in names]


def manifests() -> Iterator[dict[str, Any]]:
    """Every object of the Kubernetes example."""
    for path in resources():
        yield from yaml.safe_load_all(path.read_text(encoding="utf-8"))


def pods() -> dict[str, dict[str, Any]]:
    """The pod of each Deployment and Job by its name."""
    return {
        one["metadata"]["name"]: one["spec"]["template"]["spec"]
        for one in manifests()
        if one["kind"] in ("Deployment", "Job")
    }
