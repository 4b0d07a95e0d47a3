"""Files that come in a form."""

from __future__ import annotations

from typing import Self


class UploadedFile(bytes):
    """The content of a file, with its name and media type as who sent it says; empty where not."""

    filename: str
    media_type: str

    def __new__(cls, content: bytes, filename: str = "", media_type: str = "") -> Self:
        """A file of this content."""
        made = super().__new__(cls, content)
        made.filename = filename
        made.media_type = media_type
        return made
