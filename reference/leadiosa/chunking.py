"""Cutting an article into chunks, small enough to draw an answer from (LEAD-16).

The same content is always cut in the same places, and the chunks one after the other are the
content, to the character.
"""

import re
from collections.abc import Iterator

LONGEST = 400
"""Characters of a chunk, at most."""
_ENDS = tuple(map(re.compile, (r"\n\s*\n\s*", r"[.!?]\s+", r"\n\s*", r"\s+")))
"""Where to cut rather than anywhere: after a paragraph, a sentence, a line, a word."""


def cut(content: str) -> Iterator[str]:
    """Return the chunks of a content that is not empty."""
    start = 0
    while len(content) - start > LONGEST:
        end = start + _best_end(content[start : start + LONGEST])
        yield content[start:end]
        start = end
    yield content[start:]


def _best_end(window: str) -> int:
    """Return where to end a chunk that begins with the window and is no longer."""
    for end in _ENDS:
        places = [match.end() for match in end.finditer(window)]
        late = [place for place in places if place > len(window) // 2]
        if late:
            return late[-1]
    return len(window)
