"""One client, calling: `python calling.py CLIENT TASK URL COUNT` prints what it cost.

It stands alone, so that clients run in an environment of their own. Tasks: `call` (CPU
microseconds for each call, kept alive, decoded), `decode` (the same without HTTP), and `walk` (the
peak of the process's memory in kilobytes, after so many rows).
"""

import resource
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

_ROUNDS = 5
_KEY = "alo_test_x"


def main() -> None:
    """Do the task, and print one number."""
    client, task, url, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    if task == "walk":
        print(_walk(url, count))
        return
    made = {"call": _CALLS, "decode": _DECODES}[task][client](url)
    for _ in range(max(10, count // 10)):
        made()
    rounds = []
    for _ in range(_ROUNDS):
        started = time.process_time()
        for _ in range(count // _ROUNDS):
            made()
        rounds.append((time.process_time() - started) / (count // _ROUNDS) * 1e6)
    print(min(rounds))


def _aloha(url: str) -> Callable[[], Any]:
    aloha: Any = import_module("aloha")
    client = aloha.Aloha(api_key=_KEY, base_url=f"{url}/0")
    return lambda: client.posts.list(limit=50).first_page


def _bare(url: str) -> Callable[[], Any]:
    call: Callable[[], Any] = import_module("bare").call(f"{url}/0/v1/posts")
    return call


def _openapi_python_client(url: str) -> Callable[[], Any]:
    list_posts: Any = import_module("opc_aloha.api.posts.list_posts")
    client = import_module("opc_aloha.client").AuthenticatedClient(base_url=f"{url}/0", token=_KEY)
    return lambda: list_posts.sync(client=client, limit=50).data[49].id


def _redocly(url: str) -> Callable[[], Any]:
    client = import_module("redocly_aloha").Client(
        f"{url}/0", auth={"apiKey": _KEY, "bearer": _KEY}
    )
    return lambda: client.list_posts(limit=50).data[49].id


def _decode_aloha(url: str) -> Callable[[], Any]:
    aloha: Any = import_module("aloha")
    client = aloha.Aloha(api_key=_KEY, base_url=f"{url}/0")
    content, page = client.posts.list(limit=50).first_page.response.content, aloha.types.PostPage
    decode: Any = import_module("aloha._runtime.values").decode  # an answer decodes only once
    return lambda: decode(content, page)


def _decode_bare(url: str) -> Callable[[], Any]:
    decode: Callable[[], Any] = import_module("bare").decode(f"{url}/0/v1/posts")
    return decode


def _walk(url: str, rows: int) -> int:
    aloha: Any = import_module("aloha")
    pages = rows // 50
    client = aloha.Aloha(api_key=_KEY, base_url=f"{url}/{pages - 1}")
    count = sum(1 for _ in client.posts.list(limit=50))
    assert count == rows, count
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


_CALLS = {
    "aloha": _aloha,
    "bare": _bare,
    "openapi-python-client": _openapi_python_client,
    "redocly": _redocly,
}
_DECODES = {"aloha": _decode_aloha, "bare": _decode_bare}

if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    main()
