"""The receiver: what arrives is kept as it came, and each path answers as it was told."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx2
import pytest

from conformance.receiver import HANG, RESET, Receiver, Reply, receiving


def _unanswered(url: str, seconds: float) -> None:
    with pytest.raises(httpx2.TransportError):
        post(url, seconds=seconds)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


UNUSED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Making one for each request takes longer than the request."""


def send(
    method: str, url: str, body: bytes | Iterator[bytes] = b"", seconds: float = 5
) -> httpx2.Response:
    headers = {"X-Mixed-Case": "yes"}
    with httpx2.Client(verify=UNUSED, trust_env=False, timeout=seconds, headers=headers) as client:
        return client.request(method, url, content=body)


def post(url: str, body: bytes = b"{}", seconds: float = 5) -> httpx2.Response:
    return send("POST", url, body, seconds)


def raw(receiver: Receiver, request: bytes) -> bytes:
    """What a connection gets that says these bytes and no more."""
    address = urlsplit(receiver.url)
    with socket.create_connection((address.hostname or "", address.port or 0), 5) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def test_bytes_headers_and_target_are_kept_as_they_came(receiver: Receiver) -> None:
    body = b'{"a" :\t"\xc3\xa9", "n": 1.0}\n'
    post(receiver.reply("/in", Reply(200)) + "?x=%2F&x=b%20c", body)
    (one,) = receiver.at("/in")
    assert (one.method, one.target, one.body) == ("POST", "/in?x=%2F&x=b%20c", body)
    assert one.header("x-mixed-case") == "yes"
    assert "X-Mixed-Case" in dict(one.headers)


def test_a_repeated_header_is_kept_twice(receiver: Receiver) -> None:
    raw(receiver, b"POST /in HTTP/1.1\r\nHost: h\r\nS: 1\r\nS: 2\r\nContent-Length: 2\r\n\r\n{}")
    assert receiver.at("/in")[0].all("s") == ["1", "2"]


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299, 301, 404, 410, 429, 500, 503])
def test_a_path_answers_with_its_status(receiver: Receiver, status: int) -> None:
    assert post(receiver.reply("/in", Reply(status))).status_code == status


def test_replies_come_in_turn_and_the_last_stays(receiver: Receiver) -> None:
    url = receiver.reply("/in", Reply(500), Reply(503), Reply(200))
    assert [post(url).status_code for _ in range(4)] == [500, 503, 200, 200]


def test_each_path_has_replies_of_its_own(receiver: Receiver) -> None:
    one, two = receiver.reply("/one", Reply(500), Reply(200)), receiver.reply("/two", Reply(201))
    assert [post(url).status_code for url in (one, two, one)] == [500, 201, 200]


def test_what_nothing_was_said_about_is_404_and_kept(receiver: Receiver) -> None:
    assert post(receiver.url + "/unknown").status_code == 404
    assert len(receiver.at("/unknown")) == 1


def test_a_redirect_leads_where_it_says(receiver: Receiver) -> None:
    target = receiver.reply("/there", Reply(200))
    answer = post(receiver.reply("/here", Reply(307, (("Location", target),))))
    assert answer.headers["location"] == target
    assert not receiver.at("/there")


def test_other_methods_are_kept_too(receiver: Receiver) -> None:
    url = receiver.reply("/in", Reply(200, body=b"hello"))
    assert send("GET", url).text == "hello"
    assert send("HEAD", url).status_code == 200
    assert [one.method for one in receiver.at("/in")] == ["GET", "HEAD"]


def test_a_large_answer_comes_whole(receiver: Receiver) -> None:
    answer = post(receiver.reply("/in", Reply(200, body=b"x" * 5_000_000)))
    assert len(answer.content) == 5_000_000


def test_a_slow_answer_comes_after_the_request_was_kept(receiver: Receiver) -> None:
    url = receiver.reply("/in", Reply(200, delay=0.3))
    thread = threading.Thread(target=post, args=(url,))
    thread.start()
    assert receiver.wait(lambda: receiver.arrived("/in", 1))
    assert thread.is_alive()
    thread.join()


def test_a_reset_is_no_answer(receiver: Receiver) -> None:
    with pytest.raises(httpx2.ReadError):
        post(receiver.reply("/in", RESET))
    assert len(receiver.at("/in")) == 1


def test_who_hangs_up_on_a_receiver_that_hangs_is_noticed(receiver: Receiver) -> None:
    url = receiver.reply("/in", HANG, Reply(200))
    with pytest.raises(httpx2.ReadTimeout):
        post(url, seconds=0.2)
    assert receiver.wait(lambda: "/in" in receiver.released)
    assert post(url).status_code == 200


def test_others_are_answered_while_one_hangs(receiver: Receiver) -> None:
    hanging = threading.Thread(target=lambda: _unanswered(receiver.reply("/hangs", HANG), 1))
    hanging.start()
    assert receiver.wait(lambda: receiver.arrived("/hangs", 1))
    assert post(receiver.reply("/in", Reply(200))).status_code == 200
    assert "/hangs" not in receiver.released
    hanging.join()


def test_closing_lets_go_of_what_hangs() -> None:
    with receiving() as receiver:
        url = receiver.reply("/in", HANG)
        thread = threading.Thread(target=lambda: _unanswered(url, 60))
        thread.start()
        assert receiver.wait(lambda: receiver.arrived("/in", 1))
    thread.join(10)
    assert not thread.is_alive()


def test_a_body_in_chunks_is_put_together(receiver: Receiver) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'{"a":'
        yield b" 1}"

    answer = send("POST", receiver.reply("/in", Reply(200)), chunks())
    assert answer.status_code == 200
    assert receiver.at("/in")[0].body == b'{"a": 1}'


@pytest.mark.parametrize(
    "request_",
    [
        b"POST /in HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n{}",
        b"POST /in HTTP/1.1\r\nHost: h\r\nContent-Length: many\r\n\r\n{}",
        b"POST /in HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n{}",
        b"POST /in HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{",
        b"POST /in HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nno\r\n",
        b"nonsense\r\n\r\n",
        b"",
    ],
)
def test_what_was_cut_off_or_is_no_request_is_not_kept(receiver: Receiver, request_: bytes) -> None:
    raw(receiver, request_)
    assert not receiver.received
    assert post(receiver.reply("/after", Reply(200))).status_code == 200


def test_settling_waits_until_nothing_comes_any_more(receiver: Receiver) -> None:
    url = receiver.reply("/in", Reply(200))

    def send_three() -> None:
        for _ in range(3):
            post(url)
            time.sleep(0.05)

    thread = threading.Thread(target=send_three)
    thread.start()
    assert receiver.wait(lambda: receiver.arrived("/in", 1))
    receiver.settle(1)
    assert len(receiver.at("/in")) == 3
    thread.join()


def test_what_arrives_has_the_moment_that_the_receiver_was_told(receiver: Receiver) -> None:
    url = receiver.reply("/in", Reply(200))
    post(url)
    receiver.moment = 60
    post(url)
    assert [one.moment for one in receiver.at("/in")] == [0, 60]


def test_many_at_once_are_all_kept(receiver: Receiver) -> None:
    url = receiver.reply("/in", Reply(200))
    threads = [threading.Thread(target=post, args=(url,)) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receiver.at("/in")) == 30


def test_nothing_listens_once_the_block_has_ended() -> None:
    with receiving() as receiver:
        pass
    with pytest.raises(httpx2.ConnectError):
        post(receiver.url + "/in")
