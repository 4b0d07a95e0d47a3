"""Benign variants of Leadiosa: it may be like this, and keeps all its promises."""

from dataclasses import dataclass

from reference.cursors import Scope, UnknownCursorError
from reference.faults import deliveries
from reference.faults.fault import Fault
from reference.faults.leadiosa.lists import list_cursors
from reference.faults.variants import NOTHING, variants
from reference.leadiosa.cursors import ListCursors
from reference.leadiosa.parts import Parts

_PREFIX, _SHAPE = "cur_", "page2~"


@dataclass(frozen=True, slots=True)
class _Reshaped(ListCursors):
    """Cursors of another shape."""

    def mint(self, position: int, version: int, scope: Scope) -> str:
        made = ListCursors.mint(self, position, version, scope)
        return _SHAPE + made.removeprefix(_PREFIX)[::-1]

    def read(self, cursor: str, version: int, scope: Scope) -> int:
        if not cursor.startswith(_SHAPE):
            raise UnknownCursorError
        honest = _PREFIX + cursor.removeprefix(_SHAPE)[::-1]
        return ListCursors.read(self, honest, version, scope)


FAULTS: tuple[Fault[Parts], ...] = (
    *variants("LEAD", lambda _, answered: answered.status in {400, 422}),
    Fault(
        id="BENIGN-LEAD-CURSORS",
        title="Cursors are of another shape",
        promises=(),
        mistake="Nothing: cursors are opaque.",
        apply=list_cursors(lambda parts: _Reshaped(parts.reader.cursors.cursors)),
    ),
    Fault(
        id="BENIGN-LEAD-EVENTS",
        title="Webhooks have more fields and headers",
        promises=(),
        mistake=NOTHING,
        apply=deliveries.headers(lambda _, sent: {**sent, "webhook-attempt": "1"}),
    ),
)
