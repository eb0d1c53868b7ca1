"""From a file of others to a model in the registry: what the command line and the Models page do."""

from __future__ import annotations

from inkdigits.foreign.adopt import Listen, adopt
from inkdigits.foreign.found import Found
from inkdigits.foreign.suites import measure_suites
from inkdigits.registry import Model, Registry
from inkdigits.settings import Settings


def bring(
    data: bytes, label: str, registry: Registry, settings: Settings, listen: Listen, name: str | None = None
) -> tuple[Model, Found]:
    """Finds out how a foreign classifier is asked, measures it on the public sets at hand, and keeps it.

    Args:
        data: The file.
        label: What it is called.
        registry: Where it is kept.
        settings: Where the data is.
        listen: Told what is being done, and how much of that is done, in [0, 1].
        name: What to call the model; None takes the file's name.

    Returns:
        The model, which does not read yet, and what was found out.

    Raises:
        ModelError: It cannot be used; see :func:`inkdigits.foreign.adopt.adopt`.
        OptionError: It is here already.
        MissingExtraError: Something is not installed.
    """
    adopted = adopt(data, label, settings.data, listen)
    adopted = adopted.measured(measure_suites(adopted.weights, settings, listen))
    return registry.import_(adopted.sealed(), name, label), adopted.found
