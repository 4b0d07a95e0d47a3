"""The line of Python that Aloha's document shows, against the reference server."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import httpx2
import pytest

from tests.vectors.python_calls import Package
from tests.vectors.reference_server import Reference

pytestmark = pytest.mark.xdist_group("reference server of the vectors")


def test_a_post_is_created_as_documented(
    packages: Callable[[str], Package], reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    aloha = packages("aloha").module
    key = reference.key("aloha")["key"]
    monkeypatch.setenv("ALOHA_BASE_URL", reference.base_url("aloha"))
    monday = dt.datetime(2099, 4, 15, 11, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))

    with httpx2.Client() as http:
        post = aloha.Aloha(api_key=key, http_client=http).posts.create(
            content="a monday note.", channels=["instagram", "linkedin"], scheduled_at=monday
        )

    assert (post.status, post.content, post.scheduled_at) == ("scheduled", "a monday note.", monday)
    assert [each.channel for each in post.channels] == ["instagram", "linkedin"]
    monkeypatch.setenv("ALOHA_KEY", key)
    with aloha.Aloha() as client:
        assert client.posts.get(post.id) == post
        assert next(iter(client.posts.list(date=monday.date()))) == post
