"""A visitor without a browser: opens the first page of the application over its WebSocket, as a browser does."""

from __future__ import annotations

import ssl
from urllib.parse import urlsplit


def visit(url: str, trusting: ssl.SSLContext | None = None) -> list[str]:
    """Runs the first page once.

    Args:
        url: Address of the application.
        trusting: Whose certificates count, where the address begins with ``https``.

    Returns:
        The kinds of the elements that came, in their order; errors of the page are called ``"exception"``.
    """
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
    from websockets.sync.client import connect
    from websockets.typing import Subprotocol

    asked = BackMsg()
    asked.rerun_script.query_string = ""
    parts = urlsplit(url)
    address = f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}/_stcore/stream"
    kinds: list[str] = []
    with connect(
        address,
        origin=f"{parts.scheme}://{parts.netloc}",
        subprotocols=[Subprotocol("streamlit")],
        ssl=trusting,
        open_timeout=60,
        max_size=None,
    ) as socket:
        socket.send(asked.SerializeToString())
        while True:
            came = ForwardMsg()
            came.ParseFromString(socket.recv(timeout=90))
            kind = came.WhichOneof("type")
            if kind == "delta" and came.delta.WhichOneof("type") == "new_element":
                kinds.append(str(came.delta.new_element.WhichOneof("type")))
            if kind == "script_finished":
                return kinds
