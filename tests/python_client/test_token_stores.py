"""Where tokens are kept: in memory, in a file that is private and always whole, or elsewhere."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from generator.targets.python.runtime.async_oauth import AsyncAuthorizationCode
from generator.targets.python.runtime.errors import ArgumentError
from generator.targets.python.runtime.oauth import App, Provider, Tokens
from generator.targets.python.runtime.sync_oauth import AuthorizationCode
from generator.targets.python.runtime.token_stores import FileTokenStore, MemoryTokenStore

TOKENS = Tokens("access", "refresh", 1_700_000_000.5, ("read",))
OTHERS = Tokens("access 2")
PROVIDER = Provider("https://x.test/token", authorization_url="https://x.test/authorize")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "down" / "tokens.json"


def test_both_stores_keep_the_last_tokens(path: Path) -> None:
    for store in (FileTokenStore(path), MemoryTokenStore()):
        assert store.load() is None
        store.save(TOKENS)
        assert store.load() == TOKENS
        store.save(OTHERS)
        assert store.load() == OTHERS
        store.clear()
        store.clear()
        assert store.load() is None


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_a_file_is_its_owners_alone_whatever_the_umask(path: Path) -> None:
    before = os.umask(0)
    try:
        FileTokenStore(path).save(TOKENS)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.chmod(0o644)
    FileTokenStore(path).save(OTHERS)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_write_that_fails_leaves_the_old_file_whole(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FileTokenStore(path)
    store.save(TOKENS)

    def full(_: int) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="full"):
        store.save(OTHERS)
    assert store.load() == TOKENS
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"access_token": 1}', b"\xff"])
def test_a_file_of_something_else_is_named_and_not_shown(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(ArgumentError, match=r"tokens\.json is not a file of tokens"):
        FileTokenStore(path).load()


def test_a_program_starts_where_another_stopped(path: Path) -> None:
    FileTokenStore(path).save(OTHERS)
    auth = AuthorizationCode(PROVIDER, App("app"), store=FileTokenStore(str(path)))
    assert auth() == "access 2"


class Database:
    """A store of coroutine functions."""

    def __init__(self) -> None:
        self.kept: Tokens | None = OTHERS

    async def load(self) -> Tokens | None:
        return self.kept

    async def save(self, tokens: Tokens) -> None:
        self.kept = tokens

    async def clear(self) -> None:
        self.kept = None


@pytest.mark.anyio
async def test_a_store_may_be_asynchronous() -> None:
    store = Database()
    auth = AsyncAuthorizationCode(PROVIDER, App("app"), store=store)
    assert await auth() == "access 2"
    await auth.sign_out()
    assert store.kept is None
