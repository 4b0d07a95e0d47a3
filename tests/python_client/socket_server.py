"""A server that speaks in bytes, for what a mock of a transport cannot show."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager


class Replies:
    """A server that answers each connection with the next of some bytes, then closes it."""

    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        self.replies: list[bytes | None] = []
        self.received: list[bytes] = []
        self.release = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def run(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                self.received.append(_request(connection))
                reply = self.replies.pop(0)
                if reply is None:
                    self.release.wait(10)
                else:
                    connection.sendall(reply)


def _request(connection: socket.socket) -> bytes:
    """All of a request: its head, and as much of a body as the head announces."""
    received = connection.recv(65536)
    length = re.search(rb"content-length: *(\d+)", received, re.IGNORECASE)
    while length and len(received.partition(b"\r\n\r\n")[2]) < int(length[1]):
        received += connection.recv(65536)
    return received


@contextmanager
def serving() -> Iterator[Replies]:
    """A server that answers from its `replies`, stopped afterwards."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        replies = Replies(listener)
        thread = threading.Thread(target=replies.run)
        thread.start()
        yield replies
        replies.release.set()
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(10)
