"""The public names, pinned: adding one is a decision, losing one is a break."""

from __future__ import annotations

import inspect

import inkdigits

PUBLIC = [
    "Alternative",
    "Box",
    "Digit",
    "ImageError",
    "InkDigitsError",
    "LimitError",
    "MissingExtraError",
    "ModelError",
    "Number",
    "OptionError",
    "Reader",
    "Reading",
    "Settings",
    "Step",
    "StrokeError",
    "__version__",
    "read",
]


def test_all_is_pinned() -> None:
    assert sorted(inkdigits.__all__) == PUBLIC
    assert all(hasattr(inkdigits, name) for name in PUBLIC)


def test_all_is_documented() -> None:
    for name in PUBLIC:
        item = getattr(inkdigits, name)
        if inspect.isclass(item) or inspect.isfunction(item):
            assert inspect.getdoc(item), name


def test_errors_share_one_base_and_fit_the_builtin_ones() -> None:
    for name in PUBLIC:
        if name.endswith("Error"):
            assert issubclass(getattr(inkdigits, name), inkdigits.InkDigitsError)
    assert issubclass(inkdigits.ImageError, ValueError)
    assert issubclass(inkdigits.MissingExtraError, ImportError)
    assert "pip install 'inkdigits[train]'" in str(inkdigits.MissingExtraError("training", "train"))


def test_options_are_keywords() -> None:
    for method in (inkdigits.Reader.read, inkdigits.Reader.read_strokes, inkdigits.read):
        parameters = inspect.signature(method).parameters
        assert parameters["expect"].kind is inspect.Parameter.KEYWORD_ONLY
        assert parameters["trace"].kind is inspect.Parameter.KEYWORD_ONLY
