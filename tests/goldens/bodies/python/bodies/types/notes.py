"""Types of the resource notes."""

from __future__ import annotations

import datetime as dt

from .._runtime.values import UNSET, Model, Unset


class PutNoteWhere(Model, kw_only=True):
    """…"""

    since: dt.date | Unset = UNSET


class PutNoteRequest(Model, kw_only=True):
    """…"""

    text: str

    due: dt.datetime | Unset = UNSET

    id: str | Unset = UNSET


class ImportNotesRequest(Model, kw_only=True):
    """…"""

    file: str

    about: ImportNotesRequestAbout | Unset = UNSET


class ImportNotesRequestAbout(Model, kw_only=True):
    """…"""

    by: str | Unset = UNSET


class SearchNotesRequest(Model, kw_only=True):
    """…"""

    q: str | Unset = UNSET
