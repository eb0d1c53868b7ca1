"""Everything inkdigits raises on purpose. Each message says what happened and what to do about it."""

from __future__ import annotations


class InkDigitsError(Exception):
    """Base of every error raised by inkdigits; catching it catches them all."""


class ImageError(InkDigitsError, ValueError):
    """The input is not a picture that can be read: damaged, empty, of an unknown format or a wrong shape."""


class LimitError(ImageError):
    """The input is larger than a limit of the settings (bytes, pixels or side); the message gives both."""


class StrokeError(InkDigitsError, ValueError):
    """The pen strokes are not a list of finite ``(n, 2)`` arrays."""


class OptionError(InkDigitsError, ValueError):
    """An option or setting has an unknown name or value; the message lists the choices."""


class NotFoundError(OptionError):
    """There is nothing of that name, or nothing that whoever asks may see."""


class ModelError(InkDigitsError, RuntimeError):
    """A model file is missing, damaged, or not a digit model of this version."""


class StorageError(InkDigitsError, RuntimeError):
    """The database or the pictures beside it cannot be reached or are damaged; what was acknowledged is kept."""


class RightsError(InkDigitsError, PermissionError):
    """Somebody asks for what their role does not allow; ``right`` is the role that would, ``""`` when none."""

    def __init__(self, message: str, right: str = "") -> None:
        """Says what is not allowed, and to whom it is."""
        super().__init__(message)
        self.right = right


class AccountError(InkDigitsError):
    """Somebody cannot sign in, or an account cannot be changed so; the message is for whoever asked."""


class MissingExtraError(InkDigitsError, ImportError):
    """A feature needs an extra that is not installed; the message is the pip command."""

    def __init__(self, feature: str, extra: str) -> None:
        """Names the feature and the extra that brings it, or several between commas."""
        names = " and ".join(f"'{name}'" for name in extra.split(","))
        kinds = "extras" if "," in extra else "extra"
        super().__init__(f"{feature} needs the {names} {kinds}: pip install 'inkdigits[{extra}]'")
        self.feature = feature
        self.extra = extra
