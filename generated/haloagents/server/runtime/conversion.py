"""What msgspec cannot read and write by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .timestamps import Timestamp
from .uploads import UploadedFile


def encode_hook(value: Any) -> Any:
    """What msgspec cannot encode by itself."""
    if isinstance(value, Timestamp):
        return value.wire
    if isinstance(value, UploadedFile):
        return value.decode("latin-1")
    raise NotImplementedError(f"{type(value).__name__} cannot be sent")


def decode_hook(type_: type, value: Any) -> Any:
    """What msgspec cannot decode by itself."""
    if type_ is Timestamp:
        return Timestamp.of(datetime.fromisoformat(value))
    if type_ is UploadedFile:
        return value if isinstance(value, UploadedFile) else UploadedFile(str(value).encode())
    raise NotImplementedError(f"{type_.__name__} cannot be read")
