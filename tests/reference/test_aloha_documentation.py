"""ALOHA-18: the document's own curl line, read as a shell reads it and sent as it is printed."""

import re
import shlex
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.reference.conftest import Running

DOCUMENT = Path(__file__).parents[3] / "shared" / "seeds" / "002_fec1cfe7c2f08516.txt"
KEY = re.compile(r"alo_live_x+")


def _curl_line() -> str:
    if not DOCUMENT.exists():
        pytest.skip("Aloha's document is not beside the project")
    found = re.search(r"^curl (?:.*\\\n)*(?:[^']*'[^']*'|.*)$", DOCUMENT.read_text(), re.MULTILINE)
    assert found is not None
    return found.group()


def _sent(server: Running, line: str, key: str) -> httpx2.Response:
    """Do what a curl line does, on this server, with this key."""
    words = iter(shlex.split(line.replace("\\\n", " "))[1:])
    path, headers, content = "", {}, None
    for word in words:
        if word == "-H":
            name, _, value = KEY.sub(key, next(words)).partition(":")
            headers[name] = value.strip()
        elif word == "-d":
            content = next(words).replace("\n", "").encode()
        else:
            assert not word.startswith("-"), f"curl's {word} is not known here"
            path = urlsplit(word).path
    method = "GET" if content is None else "POST"
    return server.send(method, path, None, headers=headers, content=content)


def test_the_curl_line_works_as_it_is_printed(aloha: Running) -> None:
    """ALOHA-18."""
    line = _curl_line()
    assert KEY.search(line)
    key = aloha.key()
    response = _sent(aloha, line, key)
    assert response.status_code == 201, response.text
    post = response.json()
    assert {channel["channel"] for channel in post["channels"]} == {"instagram", "linkedin"}
    assert {channel["status"] for channel in post["channels"]} == {"published"}
    assert aloha.get(f"/v1/posts/{post['id']}", key).json() == post


def test_the_printed_key_itself_is_nobodys(aloha: Running) -> None:
    """ALOHA-02: what everybody can read opens nothing."""
    assert _sent(aloha, _curl_line(), "alo_live_xxxxxxxxxxxxxxxxxxxx").status_code == 401
