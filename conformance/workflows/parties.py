"""Who takes the steps of one workflow."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance import oauth
from conformance.workflows.expressions import Values
from generator.document.workflows import Step

if TYPE_CHECKING:
    from conformance.caller import Caller
    from conformance.rule import Check


@dataclass(slots=True)
class Parties:
    """The callers of a workflow, each made once.

    They are of its own tenant where it has one, else of the default credential's.
    """

    check: Check
    tenant: str
    _made: dict[str, Caller] = field(default_factory=dict, repr=False)

    def inputs(self) -> dict[str, str]:
        """What steps may speak of as `$inputs`: the API, and the tenant where it has one."""
        api = {"api": self.check.contract.api.name}
        return api | ({"tenant": self.tenant} if self.tenant else {})

    def of(self, step: Step, values: Values) -> Caller:
        """The party that makes a step's call."""
        attributes = values.filled(step.caller) if isinstance(step.caller, dict) else {}
        name = json.dumps(attributes or step.caller, sort_keys=True)
        if name not in self._made:
            self._made[name] = self._party(str(step.caller), attributes)
        return self._made[name]

    def _party(self, part: str, attributes: dict[str, str]) -> Caller:
        session = self.check.session
        if attributes:
            given = attributes.get("token")
            return session.holding(given or session.fresh_key(self.tenant, **attributes).secret)
        match part:
            case "other_tenant":
                return session.other()
            case "documented":
                return session.documented()
            case "nobody":
                return session.nobody()
            case "app":
                app = oauth.register(self.check, self.tenant)
                return session.holding(app.tokens().access)
        return session.of_tenant(self.tenant) if self.tenant else session.caller()
