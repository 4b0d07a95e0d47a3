"""The rules, one module a family, in the order in which they run.

Rules that look at what was exchanged come last, so that they see as much as possible.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable

from conformance.contract import Contract
from conformance.rule import Rule

MODULES = (
    "documentation",
    "description",
    "authentication",
    "kinds_of_keys",
    "credential_secrecy",
    "tenancy",
    "parameters",
    "forms_of_moments",
    "filters",
    "since_filters",
    "pagination",
    "changing_lists",
    "row_texts",
    "cursors",
    "combined_features",
    "expiring_cursors",
    "rate_limits",
    "rate_limit_headers",
    "rate_limit_refusals",
    "consistency",
    "resources",
    "values",
    "concurrency",
    "merging",
    "moments",
    "oauth_authorization",
    "oauth_pages",
    "oauth_codes",
    "oauth_tokens",
    "oauth_refresh",
    "oauth_access",
    "identity_tokens",
    "identity_signatures",
    "identity_users",
    "streams",
    "request_bodies",
    "bounds",
    "undocumented_bounds",
    "undocumented_names",
    "content_of_reads",
    "payloads",
    "rotation",
    "rate_limit_owners",
    "transport",
    "webhooks",
    "webhook_retries",
    "webhook_overlaps",
    "webhook_endpoints",
    "workflows",
    "status",
    "schema",
    "privacy",
    "envelope",
    "headers",
    "deprecation",
    "cors",
    "standards",
    "json_bodies",
    "fuzzing",
)


def rules_of(module: str, contract: Contract | None = None) -> tuple[Rule, ...]:
    """The rules of one module of this package, in the order of the text.

    With a contract, those that the module reads from it are among them.
    """
    names = vars(importlib.import_module(f"{__name__}.{module}"))
    listed: tuple[Rule, ...] = names.get("RULES", ())
    of_contract: Callable[[Contract], tuple[Rule, ...]] | None = names.get("of_contract")
    read = of_contract(contract) if of_contract and contract else ()
    return (*(each for each in names.values() if isinstance(each, Rule)), *listed, *read)


def catalogue(contract: Contract | None = None) -> tuple[Rule, ...]:
    """Every rule, with a contract its own ones too, in the order in which they run."""
    return tuple(rule for module in MODULES for rule in rules_of(module, contract))
