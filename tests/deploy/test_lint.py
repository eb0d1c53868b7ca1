"""Every recipe passes the linter of its kind: the programs of the extra 'recipes', which need no network."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from deploy.lacking import lacking
from deploy.recipes import ROOT, resources

WORKFLOW = ".github/workflows/ci.yml"
MANIFESTS = [str(path.relative_to(ROOT)) for path in resources()]
YAML = [".github", ".yamllint.yaml", "compose.yaml", "mkdocs.yml", "deploy"]
LINTERS = {
    "dockerfiles": ["hadolint", "--failure-threshold", "warning", "Dockerfile", ".devcontainer/Dockerfile"],
    "compose": ["check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml"],
    "workflow": ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", WORKFLOW],
    "workflow, safe": ["zizmor", "--offline", "--no-progress", "--config", ".github/zizmor.yml", WORKFLOW],
    "manifests": ["kubernetes-validate", "--strict", *MANIFESTS],
    "yaml": ["yamllint", "--strict", *YAML],
}


@pytest.mark.parametrize("command", LINTERS.values(), ids=LINTERS.keys())
def test_linters_have_nothing_to_say(command: list[str]) -> None:
    program = Path(sys.executable).parent / command[0]
    if not program.exists():
        lacking(f"{command[0]} is not installed: pip install 'inkdigits[recipes]'")
    done = subprocess.run([str(program), *command[1:]], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
