"""inkdigits reads handwritten numbers, and says how sure it is.

>>> from inkdigits import Reader
>>> Reader().read("cheque.png").text  # doctest: +SKIP
'4096'
"""

from inkdigits.errors import (
    ImageError,
    InkDigitsError,
    LimitError,
    MissingExtraError,
    ModelError,
    OptionError,
    StrokeError,
)
from inkdigits.reader import Reader, read
from inkdigits.reading import Alternative, Box, Digit, Number, Reading, Step
from inkdigits.settings import Settings

__version__ = "0.1.0"

__all__ = [
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
