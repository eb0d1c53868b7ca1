"""A client of the service: the same readings, from another machine.

>>> from inkdigits.client import Client
>>> with Client("http://127.0.0.1:8000") as service:  # doctest: +SKIP
...     service.read("cheque.png", expect="number").text
'4096'
"""

from inkdigits.client.client import Client
from inkdigits.client.errors import ServiceError, UnreachableError
from inkdigits.client.records import Kept, ModelInfo
from inkdigits.client.result import Result

__all__ = ["Client", "Kept", "ModelInfo", "Result", "ServiceError", "UnreachableError"]
