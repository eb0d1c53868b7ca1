"""``python -m inkdigits.foreign FOLDER``: the import that the folder asks for; see :mod:`.background`."""

from __future__ import annotations

import sys
from pathlib import Path

from inkdigits.errors import InkDigitsError
from inkdigits.foreign.background import REQUEST, RESULT, UPLOAD
from inkdigits.jobs.files import read_json, write_json
from inkdigits.jobs.progress import Progress
from inkdigits.jobs.worker import claim
from inkdigits.settings import Settings


def main(folder: Path) -> None:
    """Imports what was uploaded, and writes down what was found."""
    from inkdigits.registry import Registry

    request = read_json(folder / REQUEST)
    settings = Settings.resolve({"home": request["home"]})
    with claim(folder, lambda progress: None) as tell:
        tell(Progress("Opens it", 0, 100))
        from inkdigits.foreign.bring import bring

        model, found = bring(
            (folder / UPLOAD).read_bytes(),
            request["file"],
            Registry(settings.home),
            settings,
            lambda doing, share: tell(Progress(doing, round(100 * share), 100)),
        )
        write_json(folder / RESULT, {"id": model.id, "name": model.name, "facts": found.facts()})


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except InkDigitsError as error:
        sys.exit(str(error))
