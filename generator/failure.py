"""What went wrong, in the one sentence that a user sees."""

from __future__ import annotations

DEBUG = "FOURFOLD_DEBUG"
"""The environment variable that shows where something unforeseen happened."""


def sentence(error: Exception) -> str:
    """The error in its own words where it was foreseen, else where to report it."""
    from generator.document import UnreadableSourceError  # noqa: PLC0415  costs a tenth of a second
    from generator.generate.formatting import FormattingError  # noqa: PLC0415  as above
    from generator.generate.lock import UnreadableLockError  # noqa: PLC0415  as above

    if isinstance(error, UnreadableSourceError | UnreadableLockError | OSError):
        return str(error)
    if isinstance(error, FormattingError):
        return f"A target rendered code that cannot be formatted, which is a fault of ours: {error}"
    if isinstance(error, RecursionError):
        return (
            "The schemas of this document refer to one another in a longer chain than can be "
            "followed; shorten it, by referring to what stands at its end."
        )
    kind = type(error).__name__
    return (
        f"Something unforeseen happened ({kind}). Please report it with the command and, if you "
        f"can, the document; {DEBUG}=1 shows where it happened."
    )
