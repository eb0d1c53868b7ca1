"""Python 3.10 has Streamlit 1.65, whose AppTest forgets the components of modules that were imported before."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def remember_components() -> None:
    """Lets every runtime of a test know the components that another one was told of; newer Streamlit does so itself."""
    try:
        major, minor = version("streamlit").split(".")[:2]
    except PackageNotFoundError:
        return
    if (int(major), int(minor)) > (1, 65):
        return
    from streamlit.components.v2.component_registry import BidiComponentDefinition, BidiComponentRegistry

    known: dict[str, BidiComponentDefinition] = {}
    register, get = BidiComponentRegistry.register, BidiComponentRegistry.get

    def keep(registry: BidiComponentRegistry, definition: BidiComponentDefinition) -> None:
        known[definition.name] = definition
        register(registry, definition)

    def find(registry: BidiComponentRegistry, name: str) -> BidiComponentDefinition | None:
        return get(registry, name) or known.get(name)

    BidiComponentRegistry.register, BidiComponentRegistry.get = keep, find
