"""Cursors that die when their list changes (LEAD-10)."""

from dataclasses import dataclass

from reference.cursors import Cursors, Scope, UnknownCursorError

_PREFIX = "cur_"


class ExpiredCursorError(ValueError):
    """The cursor is of an earlier version of its list."""


@dataclass(frozen=True, slots=True)
class ListCursors:
    """Cursors of two sealed parts: the version of the list, and the position in that version.

    The list alone opens the first part, so that a cursor that is too old can be told from one that
    is foreign; the second opens in its own version only.
    """

    cursors: Cursors

    def mint(self, position: int, version: int, scope: Scope) -> str:
        """Return the cursor of a position in a version of the list of `scope`."""
        sealed = self.cursors.mint(position, _of_version(scope, version))
        return f"{_PREFIX}{self.cursors.mint(version, scope)}.{sealed}"

    def read(self, cursor: str, version: int, scope: Scope) -> int:
        """Return the position of a cursor; raise UnknownCursorError or ExpiredCursorError."""
        if not cursor.startswith(_PREFIX):
            raise UnknownCursorError
        of_version, _, sealed = cursor.removeprefix(_PREFIX).partition(".")
        minted_for = self.cursors.read(of_version, scope)
        position = self.cursors.read(sealed, _of_version(scope, minted_for))
        if minted_for != version:
            raise ExpiredCursorError
        return position


def _of_version(scope: Scope, version: int) -> Scope:
    return {**scope, "version": version}
