"""``python -m benchmarks COMMAND``: measure, keep the result as JSON, render the tables."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from benchmarks import accuracy as accuracy_of
from benchmarks import batch as batch_of
from benchmarks import blank as blank_of
from benchmarks import conditions as conditions_of
from benchmarks import finetune as finetune_of
from benchmarks import layouts as layouts_of
from benchmarks import number_speed as number_speed_of
from benchmarks import numbers as numbers_of
from benchmarks import rejection as rejection_of
from benchmarks import report_pdf as report_pdf_of
from benchmarks import size as size_of
from benchmarks import speed as speed_of
from benchmarks.report import render
from benchmarks.results import FINAL, ROOT, TRIAL, is_stale, load_results, save
from inkdigits import InkDigitsError, Reader
from inkdigits.training.datasets import DataError, data_folder

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)

_RIVALS = Path(__file__).parent / "rivals"
_KERAS = ROOT / "build" / "keras"
_OCR = ROOT / "build" / "ocr"

Limit = Annotated[int | None, typer.Option(min=1, help="Only try the command, on so many samples a set.")]
Data = Annotated[Path | None, typer.Option(help="Data folder; INKDIGITS_DATA without it.")]
OcrPython = Annotated[Path | None, typer.Option(help="A Python with RapidOCR; see 'rivals'.")]
KerasPython = Annotated[Path | None, typer.Option(help="A Python with Keras and TensorFlow; see 'rivals'.")]


@app.callback(invoke_without_command=True)
def everything(context: typer.Context, data: Data = None, keras_python: KerasPython = None) -> None:
    """Runs every benchmark and renders the tables."""
    if context.invoked_subcommand:
        return
    _data(data)
    accuracy(data)
    rejection(data)
    blank()
    conditions(data)
    layouts(data)
    numbers(data)
    finetune(data)
    writers(data)
    throughput()
    tune(data)
    speed(data, keras_python)
    number_speed(data)
    report_pdf()
    service(data)
    batch(data)
    batch_ray(data)
    history()
    cloud_memory()
    size()
    report()


@app.command()
def accuracy(data: Data = None, limit: Limit = None) -> None:
    """Labelled digit sets: errors, intervals, calibration."""
    _keep("accuracy", accuracy_of.run(Reader(), _data(data), limit), limit)


@app.command()
def rejection(data: Data = None, limit: Limit = None) -> None:
    """Letters, symbols, scribbles and pairs."""
    _keep("rejection", rejection_of.run(Reader(), _data(data), limit), limit)


@app.command()
def conditions(data: Data = None, limit: Limit = None) -> None:
    """The same digits and numbers with every pen, on every paper, by every camera."""
    _keep("conditions", conditions_of.run(Reader(), _data(data), limit), limit)


@app.command()
def layouts(data: Data = None, limit: Limit = None) -> None:
    """The same numbers far apart and close together: lists, tables, combs."""
    _keep("layouts", layouts_of.run(Reader(), _data(data), limit), limit)


@app.command()
def blank(limit: Limit = None) -> None:
    """Blank and near-blank input."""
    _keep("blank", blank_of.run(Reader(), limit), limit)


@app.command()
def numbers(data: Data = None, limit: Limit = None) -> None:
    """Numbers read exactly: lines, cheques, pen strings, photos."""
    _keep("numbers", numbers_of.run(Reader(), _data(data), limit), limit)


@app.command()
def finetune(data: Data = None, limit: Limit = None) -> None:
    """Cheques after fine-tuning on other cheques; takes minutes."""
    _keep("finetune", finetune_of.run(_data(data), TRIAL / "finetune", limit), limit)


@app.command()
def writers(data: Data = None, limit: Limit = None) -> None:
    """What writers gain from an adaptation to 30 digits of theirs; takes minutes."""
    from benchmarks import writers as writers_of  # PyTorch: not every benchmark has to wait for it

    _keep("writers", writers_of.run(_data(data), TRIAL / "writers", limit), limit)


@app.command()
def throughput(limit: Limit = None, threads: Annotated[int, typer.Option(min=0)] = 0) -> None:
    """How fast the digit network learns, beside plain PyTorch."""
    from benchmarks import throughput as throughput_of

    _keep("throughput", throughput_of.run(limit, threads), limit)


@app.command()
def tune(
    data: Data = None,
    limit: Limit = None,
    minutes: Annotated[float, typer.Option(help="After which no further trial begins.")] = 40,
    threads: Annotated[int, typer.Option(min=0)] = 0,
) -> None:
    """What tuning finds in 30 trials, beside the shipped settings; takes up to an hour."""
    from benchmarks import tune as tune_of  # needs the extras 'train' and 'tune'

    _keep("tune", tune_of.run(data_folder(data), TRIAL / "tune", limit, minutes, threads), limit)


@app.command()
def speed(data: Data = None, keras_python: KerasPython = None, limit: Limit = None) -> None:
    """One digit, many digits, the start; as ratios to yardsticks."""
    built = _KERAS / "bin" / "python"
    keras = keras_python or (built if built.exists() else None)
    _keep("speed", speed_of.run(data_folder(data), keras, limit), limit)


@app.command()
def number_speed(data: Data = None, ocr_python: OcrPython = None, limit: Limit = None) -> None:
    """One field, as a ratio to the best open reader; one page of 12 megapixels."""
    built = _OCR / "bin" / "python"
    ocr = ocr_python or (built if built.exists() else None)
    _keep("number_speed", number_speed_of.run(_data(data), ocr, limit), limit)


@app.command()
def report_pdf(limit: Limit = None) -> None:
    """A report of 10,000 readings: time and memory."""
    _keep("report_pdf", report_pdf_of.run(limit), limit)


@app.command()
def history(
    limit: Limit = None,
    url: Annotated[str | None, typer.Option(help="An upgraded, empty PostgreSQL database; else SQLite.")] = None,
) -> None:
    """The History page on 100,000 readings."""
    from benchmarks import history as history_of  # needs the extra 'app'

    _keep("history", history_of.run(limit, url), limit)


@app.command()
def batch(data: Data = None, limit: Limit = None) -> None:
    """A batch of small pictures beside the library, and two processes beside one."""
    _keep("batch", batch_of.run(_data(data), limit), limit)


@app.command()
def batch_ray(data: Data = None, limit: Limit = None) -> None:
    """A batch on a Ray cluster: two nodes of this machine, and one."""
    from benchmarks import batch_ray as batch_ray_of  # needs the extra 'cluster'

    _keep("batch_ray", batch_ray_of.run(_data(data), limit), limit)


@app.command()
def service(data: Data = None, limit: Limit = None) -> None:
    """The service with 200 clients, beside the library; 20,000 changed pictures and bodies."""
    from benchmarks import service as service_of  # needs the extra 'service'

    _keep("service", service_of.run(_data(data), limit), limit)


@app.command()
def cloud_memory(limit: Limit = None) -> None:
    """The app's memory as Streamlit Community Cloud runs it, with visitors in a browser."""
    from benchmarks import cloud_memory as cloud_memory_of  # needs Chromium and the extras 'app' and 'test'

    _keep("cloud_memory", cloud_memory_of.run(limit), limit)


@app.command()
def size() -> None:
    """Installed size in fresh virtual environments."""
    _keep("size", size_of.run(), None)


@app.command()
def rivals() -> None:
    """Builds what the speed is compared with: Keras and TensorFlow in build/keras, RapidOCR in build/ocr."""
    _environment(_KERAS, ["-r", str(_RIVALS / "requirements.txt")])
    _environment(_OCR, ["-r", str(_RIVALS / "requirements-ocr.txt")], ["--no-deps", "rapidocr-onnxruntime==1.4.4"])


def _environment(folder: Path, *installs: list[str]) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for arguments in installs:
        subprocess.run([*pip, *arguments], check=True)


@app.command()
def report(results: Annotated[Path, typer.Option(help="Folder with results.")] = FINAL) -> None:
    """Renders the tables of docs/benchmarks.md and README.md from the results."""
    for name, found in load_results(results).items():
        if is_stale(name, found):
            print(f"{name} was measured with other networks than the shipped ones: run it again", file=sys.stderr)
    for path in render(results, ROOT):
        print(f"{path.relative_to(ROOT)} is up to date")


def _data(data: Path | None) -> Path:
    folder = data_folder(data)
    if folder is None:
        raise DataError("these benchmarks need the data folder: set INKDIGITS_DATA or --data (see docs/training.md)")
    return folder


def _keep(command: str, content: dict[str, object], limit: int | None) -> None:
    print(f"kept in {save(command, content, Reader().settings.model, limit).relative_to(ROOT)}")


def main() -> None:
    """Runs a command; errors that a user can mend are one line."""
    try:
        app()
    except InkDigitsError as error:
        sys.exit(f"benchmarks: {error}")


if __name__ == "__main__":
    main()
