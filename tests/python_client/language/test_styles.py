"""Parameters in every place and style, as they are on the wire."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator

import httpx2
import pytest

from tests.language import styles
from tests.language.styles import STYLES, Sent
from tests.python_client.packages import imported, write_package
from tests.python_client.scripted import script

Asked = Callable[[int], httpx2.Request]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """What the call of a style sends."""
    folder = tmp_path_factory.mktemp("styles")
    document = folder / "styles.json"
    document.write_text(json.dumps(styles.document()))
    with imported(write_package(document, "sample", folder), "sample") as package:
        server = script([])
        http = httpx2.Client(transport=httpx2.MockTransport(server))
        client = package.Sample(base_url="https://sample.test", http_client=http)

        def call(number: int) -> httpx2.Request:
            server.answers.append(httpx2.Response(204))
            sent = STYLES[number]
            method = getattr(client.styles, styles.operation_id(number))
            value = dt.date.fromisoformat(sent.value) if sent.is_date else sent.value
            method(value) if sent.place == "path" else method(p=value)
            return server.requests[-1]

        yield call


@pytest.mark.parametrize(("number", "sent"), list(enumerate(STYLES)), ids=map(str, STYLES))
def test_a_parameter_is_sent_in_its_style(asked: Asked, number: int, sent: Sent) -> None:
    request = asked(number)
    found = {
        "path": request.url.raw_path.decode().partition("?")[0].rpartition("/")[2],
        "query": request.url.query.decode(),
        "header": request.headers.get("p"),
        "cookie": request.headers.get("cookie"),
    }
    assert found[sent.place] == sent.expected
    assert [place for place, text in found.items() if text] == [sent.place]
