"""Log lines are JSON, and what looks like a credential is struck out of them."""

import json
import logging

import pytest

from reference.logs import JsonLines


def _line(message: str, **extra: object) -> dict[str, object]:
    record = logging.LogRecord("fourfold", logging.WARNING, __file__, 1, message, (), None)
    record.__dict__.update(extra)
    line: dict[str, object] = json.loads(JsonLines().format(record))
    return line


def test_a_line_has_its_message_and_its_fields() -> None:
    line = _line("answered", status=200, request_id="req_1")
    assert (line["event"], line["level"], line["logger"]) == ("answered", "warning", "fourfold")
    assert (line["status"], line["request_id"]) == (200, "req_1")
    assert str(line["timestamp"]).endswith("Z")


@pytest.mark.parametrize(
    ("text", "struck"),
    [
        ("GET /contacts/hk_9BTXVfN7yZODFHjv", "GET /contacts/hk_..."),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer ..."),
        ("alo_live_x1 alo_test_x2 ab_live_x3", "alo_live_... alo_test_... ab_live_..."),
        ("ha_secret_x whsec_y ctl_z", "ha_secret_... whsec_... ctl_..."),
        ("ctk_AbCd of acme", "ctk_AbCd of acme"),
    ],
)
def test_credentials_are_struck_out(text: str, struck: str) -> None:
    line = _line(text, path=text)
    assert (line["event"], line["path"]) == (struck, struck)


def test_of_an_exception_and_its_cause_the_words_are_not_told() -> None:
    error = RuntimeError("no row for ada@example.com")
    error.__cause__ = KeyError("hk_9BTXVfN7yZODFHjv")
    raised = (RuntimeError, error, None)
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", (), raised)
    text = JsonLines().format(record)
    assert "RuntimeError" in text
    assert "KeyError" in text
    assert "ada@" not in text
    assert "9BTXVfN7" not in text
