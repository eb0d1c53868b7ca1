"""A visitor without a browser, who speaks with the application as one does: over its websocket and its upload door."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import FileUploaderState, FileURLsRequest, UploadedFileInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

PATIENCE = 120.0
GONE = (httpx.TransportError, WebSocketException, OSError, EOFError)
"""What a visitor notices of an application that is not there, or not any more."""


@contextmanager
def visit(port: int, page: str) -> Iterator[Visitor]:
    """Somebody who opens a page, and leaves it at the end."""
    address = f"127.0.0.1:{port}"
    with (
        httpx.Client(base_url=f"http://{address}", timeout=PATIENCE) as http,
        connect(f"ws://{address}/_stcore/stream", subprotocols=[Subprotocol("streamlit")], max_size=None) as socket,
    ):
        http.get("/_stcore/health")  # it sets the cookie that uploads are asked for
        yield Visitor(http, socket, page)


class Visitor:
    """Somebody on a page; all that they do may raise one of GONE."""

    def __init__(self, http: httpx.Client, socket: ClientConnection, page: str) -> None:
        """Opens a page."""
        self._http = http
        self._socket = socket
        self._page = page
        self._session = self._uploader = ""
        self._run()

    def upload(self, name: str, data: bytes) -> None:
        """Gives a file to the page's uploader; returns when the page has run with it."""
        asked = FileURLsRequest(request_id=name, file_names=[name], session_id=self._session)
        self._send(BackMsg(file_urls_request=asked))
        (place,) = self._until("file_urls_response").file_urls_response.file_urls
        token = {"X-Xsrftoken": self._http.cookies["_streamlit_xsrf"]}
        self._http.put(place.upload_url, files={"file": (name, data)}, headers=token).raise_for_status()
        file = UploadedFileInfo(file_id=place.file_id, name=name, size=len(data), file_urls=place)
        files = FileUploaderState(uploaded_file_info=[file])
        self._run(WidgetState(id=self._uploader, file_uploader_state_value=files))

    def _run(self, *widgets: WidgetState) -> None:
        state = ClientState(page_name=self._page, widget_states=WidgetStates(widgets=widgets))
        self._send(BackMsg(rerun_script=state))
        while self._until("script_finished").script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
            pass

    def _send(self, message: BackMsg) -> None:
        self._socket.send(message.SerializeToString())

    def _until(self, kind: str) -> Any:
        """The next message of a kind; notes on the way what a browser would have to remember."""
        while True:
            message = ForwardMsg.FromString(self._socket.recv(PATIENCE))
            self._session = message.new_session.initialize.session_id or self._session
            self._uploader = message.delta.new_element.file_uploader.id or self._uploader
            if message.WhichOneof("type") == kind:
                return message
