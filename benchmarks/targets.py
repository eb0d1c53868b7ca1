"""The bars we set, and what others reached on the same work: tables of data, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from inkdigits.evaluation.bars import Limit


@dataclass(frozen=True, slots=True)
class Bar:
    """One measure and what it has to reach.

    Attributes:
        key: Name of the measure in ``results/*.json``.
        measure: What is measured, for people; "… " goes on from the bar above.
        limit: The bar itself.
        unit: How to print values: a key of ``markdown.FORMATS``.
        rivals: The best that others reached, for people.
        at_most: True when less is better.
        strict: True when the limit itself is not enough.
    """

    key: str
    measure: str
    limit: float
    unit: str
    rivals: str = "–"
    at_most: bool = False
    strict: bool = False

    def met(self, value: float) -> bool:
        """Whether a value reaches the bar."""
        return Limit(self.limit, self.at_most, self.strict).met(value)


_at_least = Bar
_at_most = partial(Bar, at_most=True)
_under = partial(Bar, at_most=True, strict=True)

SUBJECTS: dict[str, tuple[Bar, ...]] = {
    "One digit": (
        _at_most("mnist_errors_shipped", "MNIST test, errors in 10,000", 25, "count", "51"),
        _at_most("mnist_errors", "… by the digit network alone, at one look", 25, "count", "51"),
        _at_least("canvas_sim", "digits of any size anywhere on a pad (canvas_sim)", 0.994, "share", "98.4 %"),
        _at_least("pendigits", "pen digits of unseen writers (pendigits test)", 0.99, "share", "about 96 %"),
        _at_least("unipen_digits_dev", "very varied pens (UNIPEN 1a)", 0.975, "share", "about 96 %"),
        _at_least("photo_digits_dev", "photographed digits", 0.97, "share", "91 %"),
        _at_most("mnist_calibration", "calibration error (15 bins), MNIST test", 0.005, "gap"),
        _at_most("pendigits_calibration", "calibration error, pendigits test", 0.015, "gap"),
        _at_most("unipen_calibration", "calibration error, UNIPEN 1a", 0.015, "gap"),
    ),
    "What is not a digit": (
        _at_least(
            "non_digits_rejected", "letters and symbols rejected, at 1 % of digits", 0.85, "share", "none rejects any"
        ),
        _at_least(
            "scribbles_rejected", "scribbles and signs rejected, at 1 % of digits", 0.85, "share", "none rejects any"
        ),
        _at_least(
            "several_rejected",
            "two or three digits in one rejected, at 1 % of digits",
            0.85,
            "share",
            "none rejects any",
        ),
        _at_most("blank_read", "blank or near-blank inputs read as a digit", 0, "count", "most of them"),
    ),
    "Numbers": (
        _at_least("sheet_sim", "lines of digits on paper, exactly right (sheet_sim)", 0.93, "share", "50 %"),
        _at_least("sheet_sim_touching", "… those with touching digits", 0.86, "share", "27 %"),
        _at_least("cheques_dev", "amounts on real cheques, never trained on cheques", 0.78, "share", "63 %"),
        _at_least(
            "cheques_finetuned", "… after `--finetune` on 600 others", 0.92, "share", "about 96 % on the full set"
        ),
        _at_least("cheques_coverage", "… accepted while 99 % of the accepted are right", 0.75, "share", "nobody says"),
        _at_least("unipen_strings_dev", "numbers written with a pen (UNIPEN)", 0.90, "share", "64 %"),
        _at_least("photos_found", "numbers on photos and scans found and right", 0.85, "share", "54 % (one line)"),
        _under("photos_extra", "… extra numbers, of all there are", 0.05, "gap"),
    ),
    "Learning": (
        _at_least(
            "writers_fewer", "a writer's errors after `--finetune` on 30 digits of theirs, fewer by", 0.40, "share"
        ),
        _at_most("writers_mnist_more", "… errors more on MNIST test, mean of the writers", 3, "change"),
        _under("writers_seconds", "… one adaptation, from pictures to model file", 120, "seconds"),
        _at_least("training_rate", "training the digit network, augmentation and all, 2 processors", 3_000, "rate"),
        _at_least("training_share", "… of plain PyTorch without augmentation", 0.60, "share"),
        _at_least("tune_trials", "`tune`, 2 processors: trials that ended", 30, "count"),
        _at_most("tune_minutes", "… in minutes", 40, "minutes"),
        _at_most("tune_loss", "… validation loss of its best settings, of the shipped ones', seeds afresh", 1.0, "gap"),
    ),
    "Speed": (
        _at_least(
            "times_keras", "one digit from a 280×280 canvas, times faster than Keras' `predict`", 100, "times", "1"
        ),
        _at_least(
            "digits_per_second",
            "`read_digits`, 10,000 MNIST images, 2 threads",
            30_000,
            "rate",
            "42,000/s (97.9 % net)",
        ),
        _under("first_answer", "new process to first answer", 0.6, "seconds", "0.55 s"),
        _at_least("times_ocr", "one cheque amount, times faster than the best open reader", 8, "times", "1"),
        _at_most("page_seconds", "a photo of 12 megapixels", 2.0, "seconds"),
        _under("history_seconds", "first page of a history of 100,000 readings", 0.3, "seconds"),
        _under("history_filter_seconds", "… the slowest of its filters, alone or together", 0.3, "seconds"),
        _at_most("report_pdf_seconds", "a PDF report of 10,000 readings", 60, "seconds"),
        _at_most("report_pdf_megabytes", "… most memory meanwhile", 500, "megabytes"),
    ),
    "Batches": (
        _at_least(
            "batch_share", "a batch of 10,000 small pictures in a ZIP, of `read_digits` on that ZIP", 0.70, "share"
        ),
        _at_least("batch_times", "… two processes, times one", 1.8, "ratio"),
        _at_least("batch_ray_times", "a batch on a Ray cluster, two nodes, times one", 1.6, "ratio"),
    ),
    "The service": (
        _at_least("service_share", "the service with 200 clients, readings a second, of the library's", 0.70, "share"),
        _at_most("service_errors", "… errors other than 429", 0, "count"),
        _under("service_growth", "… more memory after a minute than after 10 s", 0.10, "gap"),
        _under("service_latency", "… one request alone, times the library's time", 3, "ratio"),
        _under("service_start", "… new process to ready", 2.0, "seconds"),
        _at_most("service_mutants", "… failures on 20,000 changed pictures and bodies", 0, "count"),
        _at_most("service_mutant_seconds", "… the slowest of 20,000 changed ones", 5, "seconds"),
        _under("service_mutant_growth", "… more memory after all changed ones than after half of them", 0.10, "gap"),
    ),
    "Size": (
        _under(
            "cloud_megabytes",
            "most memory of the app, three visitors at once, as Streamlit Community Cloud runs it",
            690,
            "megabytes",
        ),
        _under("installed_core", "installed: `pip install .`", 270, "megabytes", "132 MB"),
        _under("installed_app", "installed: `pip install .[app]`", 480, "megabytes", "1,840 MB"),
    ),
}
"""The bars by what they are about."""

BARS = tuple(bar for bars in SUBJECTS.values() for bar in bars)

FRONT = (
    *(
        "mnist_errors_shipped",
        "canvas_sim",
        "unipen_digits_dev",
        "photo_digits_dev",
        "non_digits_rejected",
        "blank_read",
    ),
    *("digits_per_second", "first_answer", "cheques_dev", "cheques_finetuned", "unipen_strings_dev"),
    *("photos_found", "page_seconds", "service_share", "installed_core"),
)
"""The bars on the front page, met or not."""

ACCURACY_OF_OTHERS = (
    # reader, MNIST errors, canvas_sim, pens of unseen writers, photographed; % where not errors
    ("digit app 1 (Streamlit, Keras)", "55¹", 35.2, 39.9, 42.7),
    ("digit app 2 (Streamlit, Keras)", "63", 64.1, 71.8, 34.3),
    ("digit app 3, rebuilt (Otsu, contours)", "110", 87.5, 81.0, 42.4),
    ("digit app 4, rebuilt (center of mass)", "91", 98.4, 96.3, 90.9),
    ("YuriiOks/mnist-digit-classifier", "102", 98.2, 95.2, 12.3),
    ("stu00608/mnist-canvas", "51", 38.0, None, None),
    ("microsoft/onnxjs-demo (mnist-7)", "110", 90.4, None, None),
    ("RapidOCR, limited to digits", "87.4 % right", 85.9, None, None),
    ("Tesseract 5, digits only", "34.4 % right", 33.0, None, None),
)

NUMBERS_OF_OTHERS = (
    # reader, cheques (128), sheet_sim, pen strings, photos of one line; %
    ("digit app 3, rebuilt", 3.9, 32.3, 38.5, 10.9),
    ("digit app 4 style, rebuilt", 19.5, 44.0, 63.6, 37.0),
    ("AbdoJohanen/Number-Recognizer", 3.9, 25.7, None, None),
    ("Tesseract 5, digits only, one line", 4.7, 1.3, 8.2, 6.5),
    ("RapidOCR, default", 43.0, 10.0, None, None),
    ("RapidOCR's recognizer, limited to digits", 63.3, 49.7, 55.6, 54.3),
)

SPEED_OF_OTHERS = (
    # reader, start to first answer, one digit (wall), many digits, installed
    ("digit apps (TensorFlow)", "7.3–11.8 s", "156–191 ms", "870–3,500/s", "1,840–2,877 MB"),
    ("YuriiOks (PyTorch)", "3.7 s", "0.9 ms", "984/s", "958 MB"),
    ("mnist-7 in onnxruntime", "0.54 s", "0.25 ms", "4,940/s", "304 MB"),
    ("a near-linear net (97.9 % on MNIST) in onnxruntime", "0.79 s", "0.23 ms", "42,219/s", "304 MB"),
    ("RapidOCR, digits", "1.9 s", "100 ms", "6/s", "395 MB"),
    ("Tesseract in process", "0.64 s", "1.8 ms", "–", "132 MB"),
)
