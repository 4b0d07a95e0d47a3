"""Receivers that are slow, broken or hostile: recorded failures, and nobody else's trouble."""

import asyncio
import datetime
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from reference.webhooks.outcome import Outcome
from reference.webhooks.sender import Sender
from reference.webhooks.targets import is_any
from tests.reference.deliveries import Deliveries, delivering
from tests.reference.receiver import answering, receiving

HOST = "hooks.example.com"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
Serve = Callable[[socket.socket], None]


@contextmanager
def _listening(serve: Serve) -> Iterator[int]:
    """Give each connection to `serve`, in a thread; yield the port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    def one(connection: socket.socket) -> None:
        with connection:
            try:
                serve(connection)
            except OSError:
                return

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def _read_request(connection: socket.socket) -> None:
    """Read it to its end: hanging up before that may take the answer along."""
    read = b""
    while not read.endswith(b"\r\n\r\n{}") and (more := connection.recv(65_536)):
        read += more


def _send(
    url: str, seconds: float = 5, trust: Callable[[], ssl.SSLContext] | None = None, **hosts: str
) -> Outcome:
    """Send one delivery to where the test says that a host is."""

    async def resolve(host: str) -> Any:
        return [ip_address(address) for address in hosts.get("at", "127.0.0.1").split()]

    async def send() -> Outcome:
        sender = Sender(resolve, seconds, trust or ssl.create_default_context)
        try:
            return await sender.send(url, {"X-Sent": "yes"}, b"{}", is_any)
        finally:
            await sender.aclose()

    return asyncio.run(send())


def test_an_endless_answer_is_not_read_to_its_end() -> None:
    def endless(connection: socket.socket) -> None:
        _read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65_536)
            sent.append(65_536)

    sent: list[int] = []
    with _listening(endless) as port:
        assert _send(f"http://127.0.0.1:{port}/") == Outcome(200, None)
    assert sum(sent) < 50_000_000


def test_a_body_that_drips_is_not_waited_for() -> None:
    def dripping(connection: socket.socket) -> None:
        _read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            connection.sendall(b"x")
            time.sleep(0.05)

    with _listening(dripping) as port:
        assert _send(f"http://127.0.0.1:{port}/") == Outcome(200, None)


def test_headers_that_drip_are_a_time_out() -> None:
    def dripping(connection: socket.socket) -> None:
        _read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while True:
            connection.sendall(b"x")
            time.sleep(0.02)

    with _listening(dripping) as port:
        outcome = _send(f"http://127.0.0.1:{port}/", seconds=0.3)
    assert outcome == Outcome(None, "There was no answer within 0.3 seconds.")


def test_silence_is_a_time_out() -> None:
    with _listening(lambda connection: time.sleep(5)) as port:
        outcome = _send(f"http://127.0.0.1:{port}/", seconds=0.2)
    assert outcome == Outcome(None, "There was no answer within 0.2 seconds.")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", "What the receiver answered is not HTTP."),
        (b"SSH-2.0-OpenSSH_9.9\r\n", "What the receiver answered is not HTTP."),
        (b"HTTP/1.1 200 OK\r\nX", "What the receiver answered is not HTTP."),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000, "What the receiver answered is not HTTP."),
    ],
)
def test_what_is_no_http(answer: bytes, error: str) -> None:
    def odd(connection: socket.socket) -> None:
        _read_request(connection)
        connection.sendall(answer)

    with _listening(odd) as port:
        assert _send(f"http://127.0.0.1:{port}/") == Outcome(None, error)


def test_interim_answers_are_not_the_answer() -> None:
    def continuing(connection: socket.socket) -> None:
        _read_request(connection)
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\n\r\n" + OK)

    with _listening(continuing) as port:
        assert _send(f"http://127.0.0.1:{port}/") == Outcome(200, None)


def test_nobody_listens() -> None:
    with _listening(lambda connection: None) as port:
        pass
    outcome = _send(f"http://127.0.0.1:{port}/")
    assert outcome == Outcome(None, "The receiver cannot be connected to.")


def test_a_host_that_is_not_there() -> None:
    async def send() -> Outcome:
        async def resolve(host: str) -> Any:
            raise OSError(-2, "Name or service not known")

        sender = Sender(resolve, 5, ssl.create_default_context)
        return await sender.send("http://nowhere.example.com/", {}, b"{}", is_any)

    assert asyncio.run(send()) == Outcome(None, "The receiver's host cannot be found.")


def test_the_next_address_is_tried_where_nobody_listens() -> None:
    with receiving() as receiver:
        outcome = _send(receiver.url.replace("127.0.0.1", HOST), at="127.0.0.2 127.0.0.1 ::1")
    assert outcome == Outcome(200, None)
    assert len(receiver.received) == 1


def test_plain_http_where_tls_is_wanted() -> None:
    with receiving() as receiver:
        outcome = _send(receiver.url.replace("http", "https"))
    assert outcome.status is None
    assert "no TLS with the receiver" in str(outcome.error)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for the host, with its key, that nobody but the test trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@contextmanager
def _listening_with_tls(certificate: Path) -> Iterator[tuple[int, list[str]]]:
    """Acknowledge over TLS; yield the port and the names that were asked for."""
    asked: list[str] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda _socket, name, _context: asked.append(name)

    def acknowledge(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            _read_request(secure)
            secure.sendall(OK)

    with _listening(acknowledge) as port:
        yield port, asked


def test_tls_is_with_the_host_that_the_url_names(certificate: Path) -> None:
    """The connection goes to an address; the certificate, and what is asked for, is the host's."""

    def trust() -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(certificate))

    with _listening_with_tls(certificate) as (port, asked):
        assert _send(f"https://{HOST}:{port}/", trust=trust) == Outcome(200, None)
        assert asked == [HOST]
        wrong_name = _send(f"https://other.example.com:{port}/", trust=trust)
        no_name = _send(f"https://127.0.0.1:{port}/", trust=trust)
    for outcome in (wrong_name, no_name):
        assert outcome.status is None
        assert "no TLS with the receiver" in str(outcome.error)


def test_a_certificate_that_nobody_vouches_for(certificate: Path) -> None:
    with _listening_with_tls(certificate) as (port, _asked):
        outcome = _send(f"https://{HOST}:{port}/")
    assert outcome == Outcome(None, "There is no TLS with the receiver (self-signed certificate).")


def test_a_slow_receiver_holds_up_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """However much waits for those that never answer, the others have theirs."""
    monkeypatch.setattr("reference.webhooks.dispatcher._SECONDS_TO_FINISH", 0.1)
    with (
        _listening(lambda connection: time.sleep(60)) as port,
        receiving() as receiver,
        delivering(seconds=30) as deliveries,
    ):
        for _ in range(20):
            deliveries.subscribe(f"http://127.0.0.1:{port}/")
        deliveries.put(*(b"early" for _ in range(5)))
        deliveries.wait_until(lambda: _states(deliveries).count("delivering") == 20)
        deliveries.subscribe(receiver.url)
        deliveries.put(b"0", b"1", b"2")
        deliveries.wait_until(lambda: len(receiver.received) == 3)
        assert receiver.bodies == [b"0", b"1", b"2"]


def test_what_is_still_in_flight_when_the_server_stops_is_handed_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """ALOHA-13: the next start attempts it again, as if it had not been tried."""
    monkeypatch.setattr("reference.webhooks.dispatcher._SECONDS_TO_FINISH", 0.1)

    def silent_at_first(handler: Any, number: int) -> None:
        if number:
            answering(200)(handler, number)
        else:
            time.sleep(1)

    with receiving(silent_at_first) as receiver, delivering(seconds=30) as deliveries:
        deliveries.subscribe(receiver.url)
        deliveries.put(b"{}")
        deliveries.wait_until(lambda: len(receiver.received) == 1)
        deliveries.stop()
        (one,) = deliveries.journal()
        assert (one["state"], one["attempts"]) == ("pending", [])
        deliveries.start()
        (one,) = deliveries.settle()
        assert (one["state"], len(one["attempts"])) == ("delivered", 1)


def test_slow_receivers_beyond_the_bound_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where every place is taken, who was served longest ago comes next, whatever waits."""
    monkeypatch.setattr("reference.webhooks.dispatcher._AT_ONCE", 1)
    with receiving() as receiver, delivering() as deliveries:
        for number in range(5):
            deliveries.subscribe(f"{receiver.url}/{number}")
        deliveries.put(b"0", b"1", b"2")
        deliveries.settle()
    paths = [one.path for one in receiver.received]
    assert [set(paths[:5]), set(paths[5:10]), set(paths[10:])] == [set(paths)] * 3


def test_neither_secret_nor_url_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with delivering() as deliveries:
        deliveries.subscribe("http://127.0.0.1:9/hook?token=tok_secret")
        deliveries.subscribe("http://[::1")
        deliveries.put(b"{}")
        journal = deliveries.settle()
    assert [one["attempts"][0]["status"] for one in journal] == [None, None]
    assert "tok_secret" not in caplog.text
    assert "a secret of ours" not in caplog.text + str(journal)


def _states(deliveries: Deliveries) -> list[str]:
    return [one["state"] for one in deliveries.journal()]
