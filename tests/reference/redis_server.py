"""A Redis server for a test: Debian's, from PATH."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

_TENTHS = 300


@contextmanager
def running_redis() -> Iterator[str]:
    """Start a server that listens on a socket in a folder of its own; give its URL."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed: apt-get install redis-server")
    with tempfile.TemporaryDirectory(prefix="fourfold-") as folder:
        socket = Path(folder) / "redis.sock"
        keeping_nothing = ["--save", "", "--appendonly", "no", "--dir", folder]
        command = [program, "--port", "0", "--unixsocket", str(socket), *keeping_nothing]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:  # noqa: S603 - Debian's
            try:
                _wait_for(f"unix://{socket}")
                yield f"unix://{socket}"
            finally:
                process.terminate()


def _wait_for(url: str) -> None:
    with redis.Redis.from_url(url) as client:
        for _ in range(_TENTHS):
            try:
                client.ping()
            except redis.RedisError:
                time.sleep(0.1)
            else:
                return
    pytest.fail("redis-server does not answer")
