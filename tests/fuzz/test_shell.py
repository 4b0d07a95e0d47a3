"""The command line that a report shows: its words are what was sent, and nothing is executed."""

from __future__ import annotations

import subprocess

from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.exchange import Redactor, Request, curl

SIGNS = st.sampled_from([*"$`\"'\\!()<>|&;*?#~{}[] \nab1=@-", "$TOKEN", "$(echo x)", "${HOME}"])
TEXTS = st.lists(SIGNS, max_size=12).map("".join)
SECRET = "a-secret-of-ours"  # noqa: S105  no secret


@settings(max_examples=1, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=300, max_size=300))
def test_each_word_is_itself_but_for_the_token(texts: list[tuple[str, str]]) -> None:
    lines, words = [], []
    for value, body in texts:
        request = Request("POST", "http://a/", (("X-A", f"{value}{SECRET}"),), body.encode())
        line = curl(request, Redactor({SECRET}))
        lines.append(f"for each in {line}; do printf '%s\\0' \"$each\"; done; printf '\\1'")
        data = ["--data-binary", body] if body else []
        sent = ["curl", "-sS", "-i", "-X", "POST", "-H", f"X-A: {value}$TOKEN", *data, "http://a/"]
        words.append([word.replace("$TOKEN", "t0") for word in sent])
    script = "\n".join(["TOKEN=t0", *lines])
    done = subprocess.run(["sh"], input=script.encode(), capture_output=True, check=True)  # noqa: S607
    assert words == [each.decode().split("\0")[:-1] for each in done.stdout.split(b"\1")[:-1]]
