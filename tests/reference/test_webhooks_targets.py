"""Where webhooks may be sent, and that what was judged is what is connected to."""

import asyncio
import socket
from collections.abc import Iterator, Sequence
from contextlib import closing
from ipaddress import ip_address

import pytest

from reference.platform import build_platform
from reference.storage.database import IN_MEMORY, open_database
from reference.webhooks.targets import Address, TargetError, check_target, is_public
from tests.reference.deliveries import Deliveries, delivering
from tests.reference.receiver import receiving

PRIVATE_ADDRESSES = (
    "0.0.0.0",  # noqa: S104 - nothing binds to it
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:0:10.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
)
PUBLIC_ADDRESSES = (
    "1.1.1.1",
    "172.32.0.1",
    "100.128.0.1",
    "223.255.255.254",
    "2606:4700::1111",
    "::ffff:1.1.1.1",
    "64:ff9b::1.1.1.1",
)
PRIVATE_URLS = (
    "http://127.0.0.1/",
    "https://127.0.0.1:8443/hook",
    "http://127.1/",
    "http://127.0.0.1./",
    "http://2130706433/",
    "http://017700000001/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0/",
    "http://127。0。0。1/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://api.localhost/",
    "http://[::1]/",
    "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:0:0:1]:80/",
    "http://[fe80::1%25eth0]/",
    "http://169.254.169.254/latest/meta-data",
)
NO_URLS = (
    "",
    "hooks.example.com",
    "//hooks.example.com/",
    "ftp://hooks.example.com/",
    "file:///etc/passwd",
    "http://",
    "http:///hook",
    "http://user@hooks.example.com/",
    "http://hooks.example.com@127.0.0.1/",
    "http://127.0.0.1#@hooks.example.com:x/",
    "http://hooks example.com/",
    "http://hooks..example.com/",
    "http://hooks.example.com:0/",
    "http://hooks.example.com:65536/",
    "http://hooks.example.com:x/",
    "http://hooks.example.com/\n",
    "http://①②⑦.0.0.1/",
    "http://0177.0.0.1/",
    "http://[::1/",
    "http://\udc80/",
    "http://hooks.example.com/\udc80",
    "http://" + "a" * 300 + "/",
)


def _check(url: str, *addresses: str) -> None:
    async def resolve(host: str) -> Sequence[Address]:
        if not addresses:
            raise OSError(-2, "Name or service not known")
        return [ip_address(address) for address in addresses]

    asyncio.run(check_target(url, resolve, is_public))


@pytest.mark.parametrize("address", PRIVATE_ADDRESSES)
def test_what_is_not_public(address: str) -> None:
    """LEAD-17."""
    assert not is_public(ip_address(address))
    with pytest.raises(TargetError, match="private or loopback network"):
        _check("https://hooks.example.com/", address)


@pytest.mark.parametrize("address", PUBLIC_ADDRESSES)
def test_what_is_public(address: str) -> None:
    assert is_public(ip_address(address))
    _check("https://hooks.example.com/", address)


@pytest.mark.parametrize("url", PRIVATE_URLS)
def test_a_private_address_in_any_spelling_is_refused(url: str) -> None:
    """LEAD-17: without a look-up, and whatever a look-up would say."""
    with pytest.raises(TargetError):
        _check(url, "1.1.1.1")
    with pytest.raises(TargetError):
        _check(url)


@pytest.mark.parametrize("url", NO_URLS)
def test_what_is_no_target_at_all(url: str) -> None:
    with pytest.raises(TargetError, match=r"\.$"):
        _check(url, "1.1.1.1")


def test_one_private_address_among_public_ones_is_enough() -> None:
    """LEAD-17."""
    with pytest.raises(TargetError):
        _check("https://hooks.example.com/", "1.1.1.1", "10.0.0.1")


@pytest.mark.parametrize(
    "url", ["https://hooks.example.com/leadiosa", "http://bücher.example:8080/x?y=z#w"]
)
def test_a_host_without_an_address_is_judged_at_delivery(url: str) -> None:
    """LEAD-17."""
    _check(url)


@pytest.fixture
def deliveries() -> Iterator[Deliveries]:
    """Workers whose clock stands still."""
    with delivering() as made:
        made.clock.freeze()
        yield made


def test_a_target_that_has_become_private_is_sent_nothing(deliveries: Deliveries) -> None:
    """LEAD-17: DNS rebinding between registration and delivery."""
    with receiving() as receiver:
        url = receiver.url.replace("127.0.0.1", "hooks.example.com")
        deliveries.names["hooks.example.com"] = [ip_address("1.1.1.1")]
        deliveries.run(deliveries.targets.check(url))
        deliveries.subscribe(url, anywhere=False)
        deliveries.names["hooks.example.com"] = [ip_address("127.0.0.1")]
        deliveries.put(b"{}")
        (one,) = deliveries.settle()
    assert receiver.received == []
    assert one["state"] == "pending"
    assert one["attempts"][0]["status"] is None
    assert "private or loopback" in one["attempts"][0]["error"]


def test_the_address_that_was_judged_is_the_one_connected_to(deliveries: Deliveries) -> None:
    """LEAD-17: DNS rebinding between the look-up and the connection; nothing looks up twice."""
    with receiving() as receiver:
        url = receiver.url.replace("127.0.0.1", "hooks.example.invalid")
        deliveries.names["hooks.example.invalid"] = [ip_address("127.0.0.1")]
        deliveries.subscribe(url)
        deliveries.put(b"{}")
        (one,) = deliveries.settle()
    assert one["state"] == "delivered"
    assert deliveries.looked_up == ["hooks.example.invalid"]
    assert receiver.received[0].headers["Host"] == url.split("/")[2]


def test_a_server_may_be_told_to_allow_private_targets(deliveries: Deliveries) -> None:
    """LEAD-17."""
    with receiving() as receiver:
        deliveries.subscribe(receiver.url, anywhere=False)
        deliveries.put(b"0")
        deliveries.settle()
        assert receiver.received == []
        deliveries.run(deliveries.targets.allow_private(allowed=True))
        deliveries.run(deliveries.targets.check(receiver.url))
        deliveries.advance(60)
        deliveries.settle()
        assert receiver.bodies == [b"0"]
        deliveries.run(deliveries.targets.allow_private(allowed=False))
        deliveries.put(b"1")
        deliveries.settle()
        assert receiver.bodies == [b"0"]


@pytest.mark.parametrize(("said", "asked"), [("1", ["hooks.example.com"]), ("0", [])])
def test_hosts_are_looked_up_where_the_environment_lets_them(
    monkeypatch: pytest.MonkeyPatch, said: str, asked: list[str]
) -> None:
    looked_up: list[str] = []

    def look_up(host: str, *_: object, **_options: object) -> list[object]:
        looked_up.append(host)
        return []

    async def check() -> None:
        with closing(open_database(IN_MEMORY)) as database:
            platform = await build_platform(database)
            monkeypatch.setattr(socket, "getaddrinfo", look_up)
            await platform.targets.check("https://hooks.example.com/leadiosa")

    monkeypatch.setenv("FOURFOLD_WEBHOOK_LOOKUPS", said)
    asyncio.run(check())
    assert looked_up == asked
