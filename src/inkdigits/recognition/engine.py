"""The only file that knows onnxruntime: opens a model safely and runs it, one thread a job."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

# Since 1.29 onnxruntime tells its maker over the network what runs, and keeps an id of the machine in the home folder.
# Nobody was asked, so it does not. It looks at this variable once, when it is imported.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
import onnxruntime as ort

from inkdigits.errors import ModelError

# The network is small: more threads inside one run cost more than they give. Batches are split over
# threads by the caller instead, and onnxruntime lets go of the interpreter while it computes.
_THREADS_PER_RUN = 1
_FATAL = 4


class Engine:
    """An ONNX model in memory. Thread-safe: ``run`` may be called from many threads at once."""

    def __init__(self, path: Path, sha256: str | None = None) -> None:
        """Opens a model file.

        Args:
            path: The file.
            sha256: What its checksum must be; None takes any.

        Raises:
            ModelError: The file is missing, is not an ONNX model, or its checksum differs.
        """
        if not path.is_file():
            raise ModelError(f"there is no model file {path}: train one with 'inkdigits train', or reinstall inkdigits")
        data = path.read_bytes()
        if sha256 is not None and hashlib.sha256(data).hexdigest() != sha256:
            raise ModelError(f"{path} is damaged: its checksum differs from that of its card")
        self._open(data, str(path))

    @classmethod
    def holding(cls, data: bytes, label: str) -> Engine:
        """Opens a model that is in memory already.

        Args:
            data: The content of a model file.
            label: What errors call it.

        Raises:
            ModelError: It is not an ONNX model.
        """
        engine = cls.__new__(cls)
        engine._open(data, label)
        return engine

    def _open(self, data: bytes, label: str) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = _THREADS_PER_RUN
        options.inter_op_num_threads = 1
        options.log_severity_level = _FATAL
        try:
            self._session = ort.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises its own types, with no common base but Exception
            why = str(error).rpartition(" : ")[2]  # before it stand onnxruntime's own name and number of the error
            raise ModelError(f"{label} is not a model that can be opened: {why}") from error
        self._label = label
        self._input = self._session.get_inputs()[0].name
        self.outputs = tuple(output.name for output in self._session.get_outputs())
        self._names = list(self.outputs)
        self._quiet = ort.RunOptions()
        self._quiet.log_severity_level = _FATAL  # what fails is raised; it need not be printed, too

    @property
    def metadata(self) -> Mapping[str, str]:
        """What the exporter wrote beside the weights."""
        return dict(self._session.get_modelmeta().custom_metadata_map)

    def require(self, kind: str, form: str) -> Mapping[str, str]:
        """The metadata of a model of ours. Raises ModelError when it is not of this kind and format."""
        metadata = self.metadata
        if metadata.get("format") != form:
            raise ModelError(f"{self._label} is not a {kind} model of this version (wants format {form!r})")
        return metadata

    def run(self, pixels: npt.NDArray[np.uint8]) -> list[npt.NDArray[np.float32]]:
        """Runs the network.

        Args:
            pixels: uint8, ink 255 on 0: glyphs (N, 28, 28) or lines (N, 32, W).

        Returns:
            The model's outputs in the order of ``outputs``.
        """
        results: list[npt.NDArray[np.float32]] = self._session.run(self._names, {self._input: pixels}, self._quiet)
        return results


def processors() -> int:
    """Processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1
