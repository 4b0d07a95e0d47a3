"""The data of Bodies: what requests carry and answers hold.

A member that may be absent is None where it is; one that may also be null is UNSET where it is
absent.
"""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct

from .runtime import UploadedFile


class PutNoteWhere(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """…"""

    since: date | None = None


class PutNoteRequest(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """…"""

    text: str
    due: datetime | None = None
    id: str | None = None


class ImportNotesRequest(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """…"""

    file: UploadedFile
    about: ImportNotesRequestAbout | None = None


class ImportNotesRequestAbout(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """…"""

    by: str | None = None


class SearchNotesRequest(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """…"""

    q: str | None = None
