"""Requests go over connections that are used again, for as long as the target lets them."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from conformance.client import Client
from conformance.exchange import Redactor, Request
from conformance.rule import Violation


@dataclass(slots=True)
class Server:
    """What came over each connection; hangs up after so many answers, without having said so.

    `silently`: only once another request has come.
    """

    url: str
    answers_each: int
    silently: bool = False
    heads: list[list[bytes]] = field(default_factory=list)

    def serve(self, listener: socket.socket) -> None:
        """Answer one connection after the other."""
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.heads.append([])
            with connection:
                while len(self.heads[-1]) < self.answers_each and (came := connection.recv(65_536)):
                    self.heads[-1].append(came)
                    body = gzip.compress(b'{"ok": true}')
                    head = (
                        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
                    )
                    connection.sendall(head % len(body) + body)
                if self.silently:
                    connection.recv(65_536)


@contextmanager
def serving(answers_each: int, *, silently: bool = False) -> Iterator[Server]:
    """A server on loopback that keeps what comes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(f"http://127.0.0.1:{listener.getsockname()[1]}", answers_each, silently)
        threading.Thread(target=server.serve, args=(listener,), daemon=True).start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)


@contextmanager
def calling() -> Iterator[Client]:
    """A client with a little patience."""
    client = Client(Redactor(), timeout=2)
    try:
        yield client
    finally:
        client.close()


@pytest.mark.parametrize(("answers_each", "connections"), [(100, 1), (1, 4)])
def test_a_connection_is_used_again_until_the_target_closes_it(
    answers_each: int, connections: int
) -> None:
    with serving(answers_each) as server, calling() as client:
        for _ in range(4):
            assert client.send(Request("GET", f"{server.url}/rows")).json == {"ok": True}
    assert len(server.heads) == connections


def test_what_may_be_sent_twice_is_sent_again_where_a_used_connection_was_closed() -> None:
    with serving(1, silently=True) as server, calling() as client:
        for method in ("GET", "GET", "DELETE"):
            assert client.send(Request(method, f"{server.url}/rows")).status == 200
        with pytest.raises(Violation, match="no HTTP answer"):
            client.send(Request("POST", f"{server.url}/rows"))
    assert len(server.heads) == 3


def test_a_request_is_written_as_it_is_given() -> None:
    request = Request("POST", "http://{}/a%2Fb?x=%zz&y=[1]", (("X-One", "1"),), b"{}")
    with serving(1) as server, calling() as client:
        authority = server.url.removeprefix("http://")
        client.send(Request("POST", request.url.format(authority), request.headers, request.body))
    head, _, body = server.heads[0][0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /a%2Fb?x=%zz&y=[1] HTTP/1.1"
    assert {f"Host: {authority}", "X-One: 1", "Content-Length: 2"} < set(lines)
    assert body == b"{}"


def test_what_a_url_leaves_to_be_encoded_is_encoded() -> None:
    with serving(1) as server, calling() as client:
        client.send(Request("GET", f"{server.url}/a/./b c?q={{ü}}"))
    assert server.heads[0][0].startswith(b"GET /a/b%20c?q={%C3%BC} HTTP/1.1\r\n")
