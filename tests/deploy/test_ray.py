"""The recipe of a Ray cluster: its command is one of ours, and its nodes are as its image is."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from deploy.lacking import lacking
from deploy.recipes import ROOT, instructions
from inkdigits.batch.journal import Journal
from inkdigits.cli import app
from test_docs import understand

RAY = ROOT / "deploy" / "ray"


@pytest.fixture
def job() -> dict[str, Any]:
    return dict(yaml.safe_load((RAY / "batch.yaml").read_text(encoding="utf-8"))["spec"])


def groups(job: dict[str, Any]) -> list[dict[str, Any]]:
    cluster = job["rayClusterSpec"]
    return [cluster["headGroupSpec"], *cluster["workerGroupSpecs"]]


def test_command_is_understood_and_reads_what_all_pods_share(job: dict[str, Any]) -> None:
    command, check = job["entrypoint"].split("; ")
    program, *words = shlex.split(command)
    assert program == "inkdigits"
    understand(typer.main.get_command(app), words)
    assert words[words.index("--engine") + 1] == "ray"
    assert check == f"test -e {Journal(Path(words[words.index('--out') + 1])).record}"
    for group in groups(job):
        pod = group["template"]["spec"]
        [container] = pod["containers"]
        [mount] = container["volumeMounts"]
        assert words[1].startswith(f"{mount['mountPath']}/")
        assert words[words.index("--out") + 1].startswith(f"{mount['mountPath']}/")
        assert [volume["name"] for volume in pod["volumes"]] == [mount["name"]]


def test_pods_have_limits_and_no_rights(job: dict[str, Any]) -> None:
    for group in groups(job):
        pod = group["template"]["spec"]
        [container] = pod["containers"]
        assert container["resources"]["limits"] == container["resources"]["requests"]
        assert container["securityContext"] == {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["automountServiceAccountToken"] is False


def test_versions_of_ray_are_one(job: dict[str, Any]) -> None:
    pinned = next(line for line in (ROOT / "constraints.txt").read_text().splitlines() if line.startswith("ray=="))
    version = pinned.removeprefix("ray==")
    assert job["rayClusterSpec"]["rayVersion"] == version
    image = next(rest for name, rest in instructions(RAY / "Dockerfile") if name == "FROM")
    assert image.startswith(f"rayproject/ray:{version}-")


def test_dockerfile_passes_its_linter() -> None:
    program = Path(sys.executable).parent / "hadolint"
    if not program.exists():
        lacking("hadolint is not installed: pip install 'inkdigits[recipes]'")
    done = subprocess.run([str(program), str(RAY / "Dockerfile")], capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
