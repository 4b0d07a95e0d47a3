"""Where tokens are kept between calls, and between runs."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Awaitable
from pathlib import Path
from typing import Protocol

import msgspec

from .errors import ArgumentError
from .oauth import Tokens


class TokenStore(Protocol):
    """Keeps the tokens of one user."""

    def load(self) -> Tokens | None:
        """The tokens that are kept, None where there are none."""
        ...

    def save(self, tokens: Tokens) -> None:
        """Keep these in place of those that there were."""

    def clear(self) -> None:
        """Keep none any more."""


class AsyncTokenStore(Protocol):
    """The same for asynchronous clients, whose methods may be coroutine functions."""

    def load(self) -> Awaitable[Tokens | None] | Tokens | None:
        """The tokens that are kept, None where there are none."""
        ...

    def save(self, tokens: Tokens) -> Awaitable[None] | None:
        """Keep these in place of those that there were."""
        ...

    def clear(self) -> Awaitable[None] | None:
        """Keep none any more."""
        ...


class MemoryTokenStore:
    """Keeps tokens as long as the program runs."""

    def __init__(self, tokens: Tokens | None = None) -> None:
        self._tokens = tokens

    def load(self) -> Tokens | None:
        """The tokens that are kept."""
        return self._tokens

    def save(self, tokens: Tokens) -> None:
        """Keep these."""
        self._tokens = tokens

    def clear(self) -> None:
        """Keep none."""
        self._tokens = None


class FileTokenStore:
    """Keeps tokens in a file that its owner alone may read, and that is always whole."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path).expanduser()

    def load(self) -> Tokens | None:
        """The tokens in the file, None where it is not there.

        Raises `ArgumentError` for a file that is none of ours, `OSError` where it cannot be read.
        """
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Tokens)
        except FileNotFoundError:
            return None
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise ArgumentError(f"{self._path} is not a file of tokens; remove it") from None

    def save(self, tokens: Tokens) -> None:
        """Write beside the file and put it in place (mode 0600). Raises `OSError`."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".tokens-", dir=self._path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.json.encode(tokens))
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self._path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def clear(self) -> None:
        """Remove the file."""
        self._path.unlink(missing_ok=True)
