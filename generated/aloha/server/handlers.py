"""What Aloha does: one abstract class a resource, one method an operation.

A method returns the documented value, a `Response` with more to say, or a Starlette response as it
is; it raises what is in `errors`. `P` is what the security functions return: who is calling.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from . import models
from .runtime import Pairs, Request, Result

P = TypeVar("P")


class PostsHandler(ABC, Generic[P]):
    """What you publish, per channel, now or later."""

    @abstractmethod
    async def create_post(
        self,
        request: Request[P],
        *,
        body: models.NewPost,
    ) -> Result[models.Post]:
        """Create a post.

        Creates a post for one or more channels. With `scheduledAt` it is published at that time;
        a time already past publishes it at once. Without, it stays a draft.

        The answer has the post's `id`, to read it back with, and where it stands on each
        channel.

        Raises:
            errors.InvalidRequest: A query parameter was sent, or the body is not as documented.
            errors.Unauthorized: No valid API key or access token came with the request.
            errors.InsufficientScope: The access token lacks the scope that the operation needs.
            errors.TlsRequired: The request came over plain HTTP.
            errors.RateLimited: The workspace sent more requests than its plan allows in a
                minute.
            errors.InternalError: Something went wrong on the server.
        """

    @abstractmethod
    async def list_posts(
        self,
        request: Request[P],
        *,
        limit: int = 25,
        cursor: str | None = None,
        channel: models.Channel | None = None,
        status: models.PostStatus | None = None,
        date: date | None = None,
    ) -> Result[models.PostPage]:
        """List posts.

        Returns one page of your workspace's posts, the newest first. Combine `channel`, `status`
        and `date` to narrow the list; a post is on it only if it matches all of them.

        Raises:
            errors.InvalidRequest: A query parameter is unknown, repeated, or not as documented.
            errors.InvalidCursor: The cursor was not given by this API, or was given for other
                filters.
            errors.Unauthorized: No valid API key or access token came with the request.
            errors.InsufficientScope: The access token lacks the scope that the operation needs.
            errors.TlsRequired: The request came over plain HTTP.
            errors.RateLimited: The workspace sent more requests than its plan allows in a
                minute.
            errors.InternalError: Something went wrong on the server.
        """

    @abstractmethod
    async def get_post(
        self,
        request: Request[P],
        id: str,
    ) -> Result[models.Post]:
        """Get a post.

        Returns the post with this id, and where it stands on each channel. The id of another
        workspace's post is answered exactly like one that does not exist: with 404.

        Raises:
            errors.InvalidRequest: A query parameter was sent, and the operation has none.
            errors.Unauthorized: No valid API key or access token came with the request.
            errors.InsufficientScope: The access token lacks the scope that the operation needs.
            errors.TlsRequired: The request came over plain HTTP.
            errors.NotFound: The id does not exist, or belongs to another workspace.
            errors.RateLimited: The workspace sent more requests than its plan allows in a
                minute.
            errors.InternalError: Something went wrong on the server.
        """


class AnalyticsHandler(ABC, Generic[P]):
    """How your posts did, as a file."""

    @abstractmethod
    async def export_analytics(
        self,
        request: Request[P],
        *,
        body: models.NewAnalyticsExport,
    ) -> Result[models.Job]:
        """Export analytics.

        Starts an export of your workspace's analytics, as CSV or JSON. The export runs in the
        background: the answer has the job's `id`.

        Raises:
            errors.InvalidRequest: A query parameter was sent, or the body is not as documented.
            errors.Unauthorized: No valid API key or access token came with the request.
            errors.InsufficientScope: The access token lacks the scope that the operation needs.
            errors.TlsRequired: The request came over plain HTTP.
            errors.RateLimited: The workspace sent more requests than its plan allows in a
                minute.
            errors.InternalError: Something went wrong on the server.
        """


class InboxThreadsHandler(ABC, Generic[P]):
    """The operations on inbox_threads."""

    @abstractmethod
    async def list_inbox_threads(
        self,
        request: Request[P],
        *,
        limit: int = 25,
        cursor: str | None = None,
    ) -> Result[models.InboxThreadPage]:
        """List inbox threads.

        Returns one page of your workspace's inbox: the threads of all channels in one list, the
        one that was written to last first.

        Raises:
            errors.InvalidRequest: A query parameter is unknown, repeated, or not as documented.
            errors.InvalidCursor: The cursor was not given by this API, or was given for other
                filters.
            errors.Unauthorized: No valid API key or access token came with the request.
            errors.InsufficientScope: The access token lacks the scope that the operation needs.
            errors.TlsRequired: The request came over plain HTTP.
            errors.RateLimited: The workspace sent more requests than its plan allows in a
                minute.
            errors.InternalError: Something went wrong on the server.
        """


class MatrixHandler(ABC, Generic[P]):
    """The matrices of your workspace, run by hand."""

    @abstractmethod
    async def run_matrix(
        self,
        request: Request[P],
        id: str,
    ) -> Result[models.Job]:
        """Run a matrix.

        Starts a run of the matrix with this id, as if its trigger had fired. The run happens in
        the background: the answer has the job's `id`, and the webhook `matrix.completed` follows
        when it is done. The id of another workspace's matrix is answered exactly like one that
        does not exist: with 404.

        Raises:
            errors.InvalidRequest: A query parameter was sent, and the operation has none.
            errors.Unauthorized: No valid API key or access token came with the request.
            errors.InsufficientScope: The access token lacks the scope that the operation needs.
            errors.TlsRequired: The request came over plain HTTP.
            errors.NotFound: The id does not exist, or belongs to another workspace.
            errors.RateLimited: The workspace sent more requests than its plan allows in a
                minute.
            errors.InternalError: Something went wrong on the server.
        """


class VoiceHandler(ABC, Generic[P]):
    """The model that writes the way you do."""

    @abstractmethod
    async def train_voice(
        self,
        request: Request[P],
        *,
        body: models.NewVoiceTraining,
    ) -> Result[models.Job]:
        """Train the voice model.

        Submits texts of yours for the voice model to learn from. The training runs in the
        background: the answer has the job's `id`.

        Raises:
            errors.InvalidRequest: A query parameter was sent, or the body is not as documented.
            errors.Unauthorized: No valid API key or access token came with the request.
            errors.InsufficientScope: The access token lacks the scope that the operation needs.
            errors.TlsRequired: The request came over plain HTTP.
            errors.RateLimited: The workspace sent more requests than its plan allows in a
                minute.
            errors.InternalError: Something went wrong on the server.
        """


class OauthHandler(ABC, Generic[P]):
    """How a partner app gets a token from a user (authorization code with PKCE)."""

    @abstractmethod
    async def authorize(
        self,
        request: Request[None],
    ) -> Result[str]:
        """Ask a user for access.

        Where your app sends the user's browser to ask for access (RFC 6749 §4.1.1, RFC 7636
        §4.3). The user signs in, sees what your app asks for and decides. The browser then comes
        back to `redirect_uri`, with `code` and your `state` where the user agreed, with `error`
        and your `state` where not.

        A request whose client is unknown, or whose `redirect_uri` is not registered for it to
        the letter, is answered with 400 and goes nowhere; only the port of `http://127.0.0.1`
        and `http://[::1]` may be any. Whatever else is wrong is told to the `redirect_uri`:
        `invalid_request` (no PKCE, or another method than S256), `unsupported_response_type`,
        `invalid_scope`, `access_denied`, `server_error`.

        Raises:
            errors.InvalidRequest: The `client_id` or the `redirect_uri` is missing, unknown or
                repeated.
            errors.TlsRequired: The request came over plain HTTP.
            errors.ServerError: Something went wrong on the server.
        """

    @abstractmethod
    async def issue_token(
        self,
        request: Request[None],
        *,
        body: Pairs,
    ) -> Result[models.Token]:
        """Get an access token.

        Exchanges the `code` that came back to your `redirect_uri`, or a refresh token, for an
        access token (RFC 6749 §4.1.3 and §6, RFC 7636 §4.5).

        A code works once, and only for the client, with the `redirect_uri` and the code verifier
        that it was asked with; to try it again revokes what it gave. A refresh token works once,
        too: the answer has the next one.

        An app that has a client secret sends it in the body, or with `client_id` by HTTP Basic
        (RFC 6749 §2.3.1). An app that cannot keep a secret sends `client_id` alone.

        Raises:
            errors.InvalidRequest: A parameter is missing, repeated or malformed.
            errors.InvalidGrant: The code or refresh token is unknown, used or expired, or was
                given to another client, for another redirect URI or for another code verifier.
            errors.UnauthorizedClient: The client may not use this grant type.
            errors.UnsupportedGrantType: The grant type is neither of the two.
            errors.InvalidScope: More was asked for than was granted.
            errors.InvalidClient: The client is unknown, or its secret is missing or wrong.
            errors.TlsRequired: The request came over plain HTTP.
            errors.ServerError: Something went wrong on the server.
        """


@dataclass(frozen=True, slots=True)
class Handlers(Generic[P]):
    """The implementation of every resource."""

    posts: PostsHandler[P]
    analytics: AnalyticsHandler[P]
    inbox_threads: InboxThreadsHandler[P]
    matrix: MatrixHandler[P]
    voice: VoiceHandler[P]
    oauth: OauthHandler[P]
