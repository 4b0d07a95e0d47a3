"""Servers that answer badly, on real sockets: each is a function of a connection and a request."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Behaviour = Callable[[socket.socket, bytes], None]
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
PAGE = b'{"items": [], "per_page": 15, "after": null, "next": null}'
BOMB = gzip.compress(b" " * 50_000_000)


def good(connection: socket.socket, _: bytes) -> None:
    connection.sendall(OK + b"Content-Length: %d\r\n\r\n" % len(PAGE) + PAGE)


def slow(connection: socket.socket, _: bytes) -> None:
    time.sleep(1.5)
    good(connection, b"")


def drops(connection: socket.socket, _: bytes) -> None:
    connection.sendall(OK + b"Content-Length: 100\r\n\r\n" + PAGE[:20])


def silent(_connection: socket.socket, _: bytes) -> None:
    return


def garbage(connection: socket.socket, _: bytes) -> None:
    connection.sendall(b"\x00\x01SSH-2.0-nothing of HTTP\r\n\r\n")


def login_page(connection: socket.socket, _: bytes) -> None:
    connection.sendall(
        b"HTTP/1.1 302 Found\r\nLocation: https://login.example/\r\nContent-Length: 0\r\n\r\n"
    )


def many_megabytes(connection: socket.socket, _: bytes) -> None:
    connection.sendall(OK + b"Content-Length: 12000000\r\n\r\n" + b" " * 12_000_000)


def never_ends(connection: socket.socket, _: bytes) -> None:
    connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"1\r\n \r\n")
        time.sleep(0.02)


def trickles_headers(connection: socket.socket, _: bytes) -> None:
    connection.sendall(OK + b"X-Slow: ")
    while True:
        connection.sendall(b"x")
        time.sleep(0.02)


def length_too_long(connection: socket.socket, _: bytes) -> None:
    connection.sendall(OK + b"Content-Length: %d\r\n\r\n" % (len(PAGE) + 9) + PAGE)


def length_too_short(connection: socket.socket, _: bytes) -> None:
    connection.sendall(OK + b"Content-Length: %d\r\n\r\n" % (len(PAGE) - 9) + PAGE)


def gzip_bomb(connection: socket.socket, _: bytes) -> None:
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB)
    connection.sendall(head + BOMB)


def wrong_gzip(connection: socket.socket, _: bytes) -> None:
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(PAGE)
    connection.sendall(head + PAGE)


def wrong_chunks(connection: socket.socket, _: bytes) -> None:
    connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\nnot hexadecimal\r\n" + PAGE)


def wrong_header(connection: socket.socket, _: bytes) -> None:
    connection.sendall(OK + b"X Bad\x00Header: \xff\r\nContent-Length: 0\r\n\r\n")


def interim_flood(connection: socket.socket, _: bytes) -> None:
    while True:
        connection.sendall(b"HTTP/1.1 102 Processing\r\n\r\n" * 50)
        time.sleep(0.01)


def html(connection: socket.socket, _: bytes) -> None:
    page = b"<!doctype html><h1>Welcome</h1>"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n"
    connection.sendall(head % len(page) + page)


@contextmanager
def answering(behaviour: Behaviour) -> Iterator[str]:
    """A server that takes one request a connection and closes it after the answer."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    thread = threading.Thread(target=_serve, args=(listener, behaviour), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def _serve(listener: socket.socket, behaviour: Behaviour) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_answer, args=(connection, behaviour), daemon=True).start()


def _answer(connection: socket.socket, behaviour: Behaviour) -> None:
    with connection, suppress(OSError):
        connection.settimeout(20)
        request = b""
        while b"\r\n\r\n" not in request and (piece := connection.recv(65536)):
            request += piece
        behaviour(connection, request)
