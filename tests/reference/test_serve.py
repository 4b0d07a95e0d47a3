"""`serve` as a process: its ready line, its orderly end, and what it refuses."""

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.reference.wire import DEFAULTS, control, serving, start

REFUSING = """
import contextlib, io, json, sys
from reference.server import serve
said = {}
for name, given in json.loads(sys.argv[1]).items():
    with contextlib.redirect_stdout(io.StringIO()) as out, \
            contextlib.redirect_stderr(io.StringIO()) as err:
        status = serve(**given)
    said[name] = (status, out.getvalue(), err.getvalue())
print(json.dumps(said))
"""


def _refused(environment: dict[str, str] | None = None, **arguments: Any) -> str:
    """Return the one sentence of a server that does not start."""
    with start(environment, **arguments) as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert err.endswith(".\n")
    assert err.count("\n") == 1
    return err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_when_it_is_ready_and_ends_in_order(number: signal.Signals) -> None:
    with serving() as (process, ready):
        assert ready.keys() == {"ready", "url", "control", "apis", "control_token"}
        assert ready["ready"] is True
        assert ready["apis"]["haleai"] == "/haleai/api/v1"
        assert ready["control"] == f"{ready['url']}/_control"
        key = control(ready, ready["control_token"], "keys", api="haleai", tenant="acme")["key"]
        url, headers = ready["url"] + ready["apis"]["haleai"], {"Authorization": f"Bearer {key}"}
        assert httpx2.get(f"{url}/contacts/ctk_AbCd", headers=headers).status_code == 200
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err) == (0, "", "")


def test_a_control_token_that_was_given_is_not_printed() -> None:
    with serving({"FOURFOLD_CONTROL_TOKEN": "given"}) as (_, ready):
        assert "control_token" not in ready
        assert control(ready, "given", "reset", seed=2) == {"seed": 2}


def test_logs_are_json_lines_without_a_secret() -> None:
    environment = {"FOURFOLD_LOG_LEVEL": "info"}
    with serving(environment) as (process, ready):
        token = ready["control_token"]
        key = control(ready, token, "keys", api="haleai", tenant="acme")["key"]
        url = f"{ready['url']}/haleai/api/v1/contacts"
        headers = {"Authorization": f"Bearer {key}"}
        httpx2.get(url, headers=headers, params={"api_key": key, "source": "private"})
        httpx2.get(f"{url}/{key}", headers=headers)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    lines = [json.loads(line) for line in err.splitlines()]
    answered = [line for line in lines if line["event"] == "answered"]
    assert [line["status"] for line in answered] == [400, 404]
    assert all(line["request_id"].startswith("req_") for line in answered)
    for secret in (key, token, "private"):
        assert secret not in err


def test_a_file_keeps_keys_and_rows_from_one_start_to_the_next(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kept.db'}"
    token = {"FOURFOLD_CONTROL_TOKEN": "given"}
    place = {"api": "haleai", "tenant": "acme"}
    with serving(token, database=url) as (process, ready):
        key = control(ready, "given", "keys", **place)["key"]
        kept = control(ready, "given", "rows", collection="deals", insert=1, **place)["ids"][0]
        headers = {"Authorization": f"Bearer {key}"}
        page = httpx2.get(f"{ready['url']}/haleai/api/v1/deals", headers=headers).json()
        process.kill()
        process.wait()
    with serving(token, database=url) as (_, ready):
        base = f"{ready['url']}/haleai/api/v1/deals"
        assert httpx2.get(f"{base}/{kept}", headers=headers).status_code == 200
        cursor = {"cursor": page["pagination"]["nextCursor"]}
        assert httpx2.get(base, headers=headers, params=cursor).status_code == 200


def test_a_fault_is_planted() -> None:
    with serving(faults=["AUT-F02"]) as (_, ready):
        url = f"{ready['url']}/haleai/api/v1/contacts"
        headers = {"Authorization": "Bearer hk_whatever"}
        assert httpx2.get(url, headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "http://127.0.0.1:"), ("::1", "http://[::1]:"), ("::", "http://[::1]:")],
)
def test_it_listens_where_it_is_told_to(host: str, url: str) -> None:
    with serving({"FOURFOLD_CONTROL_TOKEN": "given"}, host=host) as (_, ready):
        assert ready["url"].startswith(url)
        assert control(ready, "given", "reset", seed=2) == {"seed": 2}
        assert httpx2.get(f"{ready['url']}/haleai/api/v1/contacts").status_code == 401


def test_a_port_in_use_is_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"Port {port}" in _refused(port=port)


REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown API": ({"apis": ["hale"]}, "haleai"),
    "an unknown fault": ({"faults": ["PAG-F99"]}, "--list-faults"),
    "a port that cannot be": ({"port": 70_000}, "65535"),
    "an address that is none": ({"host": "nowhere.invalid"}, "nowhere.invalid"),
    "a URL that is none": ({"database": "nonsense"}, "nonsense"),
    "an empty URL": ({"database": ""}, "not a database URL"),
    "an unknown dialect": ({"database": "oracle+nothing://host/db"}, "oracle"),
    "another database": ({"database": "postgresql://user:hunter2@host/db"}, "postgresql"),
    "another driver": ({"database": "sqlite+aiosqlite:///x.db"}, "sqlite:///"),
    "a folder that is not there": ({"database": "sqlite:////nowhere/x.db"}, "cannot be opened"),
    "no database": ({"database": "sqlite:///pyproject.toml"}, "cannot be opened"),
}


@pytest.fixture(scope="module")
def refusals() -> dict[str, tuple[int, str, str]]:
    """Status and what was said, on either stream, for all refusals, of one process."""
    cases = {name: DEFAULTS | arguments for name, (arguments, _) in REFUSALS.items()}
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", REFUSING, json.dumps(cases)],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    said: dict[str, tuple[int, str, str]] = json.loads(done.stdout)
    return said


@pytest.mark.parametrize("name", REFUSALS)
def test_what_cannot_be_served_is_refused_with_one_sentence(
    refusals: dict[str, tuple[int, str, str]], name: str
) -> None:
    status, out, err = refusals[name]
    assert (status, out) == (2, "")
    assert REFUSALS[name][1] in err
    assert err.endswith(".\n")
    assert err.count("\n") == 1
    assert "hunter2" not in err


def test_a_log_level_that_is_none_is_refused() -> None:
    assert "FOURFOLD_LOG_LEVEL" in _refused({"FOURFOLD_LOG_LEVEL": "loud"})
