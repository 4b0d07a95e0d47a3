"""The operations of Aloha, and what they are called in Python."""

from __future__ import annotations

from datetime import date

from . import models
from .runtime import Envelope, Pairs, Parameter, Route

ROUTES: tuple[Route, ...] = (
    Route(
        operation_id="createPost",
        method="POST",
        path="/v1/posts",
        resource="posts",
        handler="create_post",
        bodies={
            "application/json": models.NewPost,
        },
    ),
    Route(
        operation_id="listPosts",
        method="GET",
        path="/v1/posts",
        resource="posts",
        handler="list_posts",
        parameters=(
            Parameter("query", "limit", "limit", int),
            Parameter("query", "cursor", "cursor", str),
            Parameter("query", "channel", "channel", models.Channel),
            Parameter("query", "status", "status", models.PostStatus),
            Parameter("query", "date", "date", date),
        ),
    ),
    Route(
        operation_id="getPost",
        method="GET",
        path="/v1/posts/{id}",
        resource="posts",
        handler="get_post",
        parameters=(Parameter("path", "id", "id", str),),
    ),
    Route(
        operation_id="exportAnalytics",
        method="POST",
        path="/v1/analytics/export",
        resource="analytics",
        handler="export_analytics",
        bodies={
            "application/json": models.NewAnalyticsExport,
        },
    ),
    Route(
        operation_id="listInboxThreads",
        method="GET",
        path="/v1/inbox/threads",
        resource="inbox_threads",
        handler="list_inbox_threads",
        parameters=(
            Parameter("query", "limit", "limit", int),
            Parameter("query", "cursor", "cursor", str),
        ),
    ),
    Route(
        operation_id="runMatrix",
        method="POST",
        path="/v1/matrix/{id}/run",
        resource="matrix",
        handler="run_matrix",
        parameters=(Parameter("path", "id", "id", str),),
    ),
    Route(
        operation_id="trainVoice",
        method="POST",
        path="/v1/voice/train",
        resource="voice",
        handler="train_voice",
        bodies={
            "application/json": models.NewVoiceTraining,
        },
    ),
    Route(
        operation_id="authorize",
        method="GET",
        path="/oauth/authorize",
        resource="oauth",
        handler="authorize",
        envelope=Envelope.OAUTH,
    ),
    Route(
        operation_id="issueToken",
        method="POST",
        path="/oauth/token",
        resource="oauth",
        handler="issue_token",
        bodies={
            "application/x-www-form-urlencoded": Pairs,
        },
        envelope=Envelope.OAUTH,
    ),
)
