"""What Bodies does: one abstract class a resource, one method an operation.

A method returns the documented value, a `Response` with more to say, or a Starlette response as it
is; it raises what is in `errors`. `P` is what the security functions return: who is calling.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Generic, TypeVar

from . import models
from .runtime import Request, Result

P = TypeVar("P")


class NotesHandler(ABC, Generic[P]):
    """The operations on notes."""

    @abstractmethod
    async def put_note(
        self,
        request: Request[None],
        path: list[str],
        *,
        body: models.PutNoteRequest,
        tags: list[str] | None = None,
        where: models.PutNoteWhere | None = None,
        session: str | None = None,
    ) -> Result[None]:
        """putNote"""

    @abstractmethod
    async def import_notes(
        self,
        request: Request[None],
        *,
        body: models.ImportNotesRequest | None = None,
    ) -> Result[str]:
        """importNotes"""

    @abstractmethod
    async def search_notes(
        self,
        request: Request[None],
        *,
        body: models.SearchNotesRequest | None = None,
    ) -> Result[bytes]:
        """searchNotes"""


@dataclass(frozen=True, slots=True)
class Handlers(Generic[P]):
    """The implementation of every resource."""

    notes: NotesHandler[P]
