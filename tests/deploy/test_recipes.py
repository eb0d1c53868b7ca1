"""The recipes fit together, and fit the program: ports, probes, words, settings, files."""

from __future__ import annotations

import json
import re
import shlex

import pytest
import typer
import yaml

from deploy.recipes import ROOT, compose, instructions, last, manifests, pods, variables
from inkdigits import Settings
from inkdigits.cli import app
from test_docs import understand

SETTINGS = {f"INKDIGITS_{name.upper()}" for name in Settings.names()} | {"INKDIGITS_SECRETS"}
PORTS = {"app": 8501, "service": 8000}
HEALTH = {"app": {"/_stcore/health"}, "service": {"/healthz", "/readyz"}}


def words_of(kind: str) -> list[list[str]]:
    """What each container is told to do."""
    if kind == "compose":
        return [one["command"] for one in compose()["services"].values() if "command" in one]
    return [one["args"] for pod in pods().values() for one in pod["containers"]]


@pytest.mark.parametrize("kind", ["compose", "kubernetes"])
def test_every_command_is_understood(kind: str) -> None:
    commands = words_of(kind)
    assert len(commands) >= 2
    for words in commands:
        understand(typer.main.get_command(app), words)


def test_the_guide_gives_containers_commands_that_there_are() -> None:
    """Behind ``docker run ... inkdigits``, ``docker compose run ... SERVICE`` and ``kubectl exec ... -- inkdigits``."""
    guide = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    told = re.findall(r"^docker run .* inkdigits (\w.*)$", guide, re.MULTILINE)
    told += re.findall(r"^docker compose run --rm (?:app|service) (.*)$", guide, re.MULTILINE)
    told += re.findall(r"^kubectl .* -- inkdigits (.*)$", guide, re.MULTILINE)
    assert len(told) >= 5
    for line in told:
        words = shlex.split(line.partition(" <")[0])
        understand(typer.main.get_command(app), words)


def test_settings_in_the_env_file_reach_the_containers() -> None:
    """Compose itself only fills in ``${...}`` from it."""
    ours = [one for one in compose()["services"].values() if one["image"] == "inkdigits"]
    assert len(ours) == 3
    assert all(one["env_file"] == [{"path": ".env", "required": False}] for one in ours)


def test_what_is_set_is_a_setting() -> None:
    told = {*variables(), *compose()["services"]["app"]["environment"]}
    told |= {name for one in manifests() if one["kind"] == "ConfigMap" for name in one["data"]}
    assert {name for name in told if name.startswith("INKDIGITS_")} <= SETTINGS
    for one in manifests():
        if one["kind"] == "ConfigMap":
            own = {name[10:].lower(): value for name, value in one["data"].items() if name.startswith("INKDIGITS_")}
            Settings(**{name: value for name, value in own.items() if name != "secrets"})  # a wrong value raises


def test_everything_runs_as_the_same_user_and_nobody_as_root() -> None:
    uid, gid = last("USER").split(":")
    assert f"--uid {uid}" in next(rest for name, rest in instructions(ROOT / "Dockerfile") if "useradd" in rest)
    for pod in pods().values():
        asked = pod["securityContext"]
        assert (asked["runAsUser"], asked["runAsGroup"], asked["runAsNonRoot"]) == (int(uid), int(gid), True)


def test_no_container_writes_to_its_root_file_system() -> None:
    home = variables()["INKDIGITS_HOME"]
    for one in (one for one in compose()["services"].values() if one["image"] == "inkdigits"):
        assert one["read_only"]
        assert one["tmpfs"] == ["/tmp"]
        assert one["volumes"] == [f"home:{home}"]
    for pod in pods().values():
        for container in pod["containers"]:
            assert container["securityContext"]["readOnlyRootFilesystem"]
            assert {"/tmp", home} <= {mount["mountPath"] for mount in container["volumeMounts"]}
            mounted = {mount["name"] for mount in container["volumeMounts"]}
            assert mounted == {volume["name"] for volume in pod["volumes"]}


@pytest.mark.parametrize("name", PORTS)
def test_probes_ask_what_the_health_check_asks(name: str) -> None:
    (container,) = pods()[name]["containers"]
    probes = [container[f"{kind}Probe"]["httpGet"] for kind in ("startup", "readiness", "liveness")]
    assert {probe["path"] for probe in probes} == HEALTH[name]
    assert {probe["port"] for probe in probes} == {container["ports"][0]["name"]}
    assert container["ports"][0]["containerPort"] == PORTS[name]
    assert str(PORTS[name]) in last("EXPOSE").split()
    assert str(PORTS[name]) in (ROOT / "deploy" / "healthy.py").read_text()
    assert container["resources"]["limits"]["memory"]


def test_pods_do_not_get_variables_that_look_like_settings() -> None:
    """Kubernetes tells each pod of its services in variables such as INKDIGITS_SERVICE_PORT."""
    assert all(pod["enableServiceLinks"] is False for pod in pods().values())


def test_the_ingress_and_its_network_know_the_services() -> None:
    found = {(one["kind"], one["metadata"]["name"]): one for one in manifests()}
    paths = found["Ingress", "inkdigits"]["spec"]["rules"][0]["http"]["paths"]
    for path in paths:
        service = found["Service", path["backend"]["service"]["name"]]
        labels = found["Deployment", service["metadata"]["name"]]["spec"]["template"]["metadata"]["labels"]
        assert service["spec"]["selector"].items() <= labels.items()


def test_what_is_installed_is_there() -> None:
    (install,) = [rest for name, rest in instructions(ROOT / "Dockerfile") if "pip install" in rest]
    known = re.findall(r"^(\w+) = \[", (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    wanted = re.search(r"'\.\[([\w,]+)\]'", install)
    assert wanted
    assert set(wanted[1].split(",")) <= set(known)
    assert "-c constraints.txt" in install


def test_all_that_is_copied_is_in_the_context() -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert rules[0] == "*"
    copied = [rest.split()[:-1] for name, rest in instructions(ROOT / "Dockerfile") if name == "COPY"]
    sources = {word for words in copied for word in words if "--from=build" not in words}
    assert sources == {rule[1:] for rule in rules if rule.startswith("!")}
    assert all((ROOT / source).exists() for source in sources)


def test_the_space_is_told_its_port() -> None:
    _, head, body = (ROOT / "deploy" / "huggingface" / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    told = yaml.safe_load(head)
    assert (told["sdk"], told["app_port"]) == ("docker", PORTS["app"])
    assert len(told["short_description"]) <= 60  # more is refused
    assert body.strip()


def test_the_dev_container_is_built_from_what_is_there() -> None:
    folder = ROOT / ".devcontainer"
    told = json.loads((folder / "devcontainer.json").read_text(encoding="utf-8"))
    assert (folder / told["build"]["dockerfile"]).exists()
    assert told["forwardPorts"] == list(PORTS.values())
    assert ("USER", told["remoteUser"]) in instructions(folder / "Dockerfile")
    make, target = shlex.split(told["postCreateCommand"])
    assert make == "make"
    assert f"{target}:".replace(".venv", "$(VENV)") in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_the_workflow_tests_every_python_that_is_promised() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    promised = re.findall(r"Python :: (3\.\d+)", (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"] == promised


def test_the_cloud_finds_what_it_installs() -> None:
    wanted = (ROOT / "requirements.txt").read_text(encoding="utf-8").split("\n")
    assert [line for line in wanted if line and not line.startswith("#")] == ["-c constraints.txt", ".[app]"]
    assert (ROOT / "constraints.txt").exists()


def test_no_recipe_names_a_folder_of_a_machine_or_has_a_password() -> None:
    places = [ROOT / name for name in ("Dockerfile", "compose.yaml", ".dockerignore", "requirements.txt")]
    folders = [ROOT / name for name in ("deploy", ".github", ".devcontainer")]
    places += [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    for path in places:
        assert not re.search(r"/(?:home|work)/|PRIVATE KEY|://\w+:\w", path.read_text(encoding="utf-8")), path
