"""Keras for tests, on the backend that is here; without it the tests that need it are skipped."""

from __future__ import annotations

import os

import pytest

pytest.importorskip("torch", reason="needs the 'train' extra")
os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras", reason="needs the 'keras' extra")

__all__ = ["keras"]
