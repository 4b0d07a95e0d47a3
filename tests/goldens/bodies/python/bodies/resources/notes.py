"""The resource notes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cached_property
from typing import Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.bodies import FileContent
from .._runtime.operation import Body, Cookie, Operation, Part, Path, Query
from .._runtime.options import RequestOptions
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from .._runtime.values import UNSET, Unset
from ..types.notes import ImportNotesRequestAbout, PutNoteWhere

_PUT = Operation[None](
    "PUT",
    "/notes/{path}",
    parameters=(
        Path("path", style="label", explode=True),
        Query("tags", style="pipeDelimited", explode=False),
        Query("where", style="deepObject", explode=False),
        Cookie("session"),
    ),
    body=Body(members={"text": "text", "due": "due"}),
)
_IMPORT_ = Operation[str](
    "POST",
    "/notes",
    body=Body(
        media="multipart/form-data",
        members={"file": "file", "about": "about"},
        parts={"about": Part(media="application/json")},
        required=False,
    ),
    returns=str,
    media="text/plain",
)
_SEARCH = Operation[bytes](
    "POST",
    "/notes/search",
    body=Body(media="application/x-www-form-urlencoded", members={"q": "q"}, required=False),
    returns=bytes,
    media="application/octet-stream",
)


class Notes:
    """The resource notes."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> NotesWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return NotesWithRawResponse(self)

    def put(
        self,
        path: Sequence[str],
        *,
        text: str,
        tags: Sequence[str] | None = None,
        where: PutNoteWhere | None = None,
        session: str | None = None,
        due: dt.datetime | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> None:
        """putNote.

        Args:
            path: As the API documents it.
            text: As the API documents it.
            tags: As the API documents it.
            where: As the API documents it.
            session: As the API documents it.
            due: As the API documents it.

        Example:
            client.notes.put([], text="…")
        """
        return self._caller.execute(
            _PUT,
            {
                "path": path,
                "text": text,
                "tags": tags,
                "where": where,
                "session": session,
                "due": due,
            },
            options,
        )

    def import_(
        self,
        *,
        file: FileContent | Unset = UNSET,
        about: ImportNotesRequestAbout | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> str:
        """importNotes.

        Args:
            file: As the API documents it.
            about: As the API documents it.

        Returns:
            Read.

        Example:
            note = client.notes.import_()
        """
        return self._caller.execute(_IMPORT_, {"file": file, "about": about}, options)

    def search(self, *, q: str | Unset = UNSET, **options: Unpack[RequestOptions]) -> bytes:
        """searchNotes.

        Args:
            q: As the API documents it.

        Returns:
            Found.

        Example:
            note = client.notes.search()
        """
        return self._caller.execute(_SEARCH, {"q": q}, options)


class NotesWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: Notes) -> None:
        self.put = raw(resource.put, _PUT)
        self.import_ = raw(resource.import_, _IMPORT_)
        self.search = raw(resource.search, _SEARCH)


class AsyncNotes:
    """The resource notes."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncNotesWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncNotesWithRawResponse(self)

    async def put(
        self,
        path: Sequence[str],
        *,
        text: str,
        tags: Sequence[str] | None = None,
        where: PutNoteWhere | None = None,
        session: str | None = None,
        due: dt.datetime | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> None:
        """putNote.

        Args:
            path: As the API documents it.
            text: As the API documents it.
            tags: As the API documents it.
            where: As the API documents it.
            session: As the API documents it.
            due: As the API documents it.

        Example:
            await client.notes.put([], text="…")
        """
        return await self._caller.execute(
            _PUT,
            {
                "path": path,
                "text": text,
                "tags": tags,
                "where": where,
                "session": session,
                "due": due,
            },
            options,
        )

    async def import_(
        self,
        *,
        file: FileContent | Unset = UNSET,
        about: ImportNotesRequestAbout | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> str:
        """importNotes.

        Args:
            file: As the API documents it.
            about: As the API documents it.

        Returns:
            Read.

        Example:
            note = await client.notes.import_()
        """
        return await self._caller.execute(_IMPORT_, {"file": file, "about": about}, options)

    async def search(self, *, q: str | Unset = UNSET, **options: Unpack[RequestOptions]) -> bytes:
        """searchNotes.

        Args:
            q: As the API documents it.

        Returns:
            Found.

        Example:
            note = await client.notes.search()
        """
        return await self._caller.execute(_SEARCH, {"q": q}, options)


class AsyncNotesWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncNotes) -> None:
        self.put = raw_async(resource.put, _PUT)
        self.import_ = raw_async(resource.import_, _IMPORT_)
        self.search = raw_async(resource.search, _SEARCH)
