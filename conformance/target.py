"""The target profile: where a server is, how to get in, and what may be done to it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

from conformance.client import Budget
from generator.document import join_pointer

SCHEMA = Path(__file__).with_name("target.schema.json")
VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class ProfileError(Exception):
    """A profile that cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Target:
    """A server to be tested. `credentials` are bearer tokens by the part that they play."""

    base_url: str
    control: str = ""
    control_token: str = field(default="", repr=False)
    writes: bool = False
    verify: bool = True
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    fixtures: Mapping[str, str] = field(default_factory=dict)
    features: frozenset[str] = frozenset()
    budget: Budget = field(default_factory=Budget)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be written anywhere."""
        return tuple(s for s in (self.control_token, *self.credentials.values()) if s)


def read(path: Path, environment: Mapping[str, str] = os.environ) -> Target:
    """Read a profile, YAML or JSON; `${NAME}` stands for a variable of the environment.

    Raises ProfileError where the file is not a profile or a variable is not set.
    """
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ProfileError(f"{path}: the profile cannot be read: {reason}.") from error
    except yaml.YAMLError as error:
        raise ProfileError(f"{path}: the profile is not YAML: {error}") from error
    if problems := [_told(problem) for problem in _validator().iter_errors(data)]:
        raise ProfileError("\n".join(f"{path}: {problem}" for problem in problems))
    return _target(_filled(data, environment, path, ""))


def named(base_url: str | None, profile: str | None, *, writes: bool) -> Target | None:
    """The target that a URL, a profile, or both name; None where neither does.

    The URL goes before the profile's; `writes` allows what the profile may not.
    Raises ProfileError.
    """
    if not base_url and not profile:
        return None
    target = read(Path(profile)) if profile else Target(base_url=base_url or "")
    url = base_url.rstrip("/") if base_url else target.base_url
    return replace(target, base_url=url, writes=target.writes or writes)


def _target(data: Mapping[str, Any]) -> Target:
    budget = data.get("budget", {})
    return Target(
        base_url=data["base_url"].rstrip("/"),
        control=data.get("control", "").rstrip("/"),
        control_token=data.get("control_token", ""),
        writes=data.get("writes", False),
        verify=data.get("verify", True),
        credentials={part: each["bearer"] for part, each in data.get("credentials", {}).items()},
        fixtures=data.get("fixtures", {}),
        features=frozenset(data.get("features", ())),
        budget=Budget(budget.get("requests"), budget.get("seconds")),
    )


def _filled(value: Any, environment: Mapping[str, str], path: Path, pointer: str) -> Any:
    if isinstance(value, dict):
        return {
            key: _filled(each, environment, path, join_pointer(pointer, key))
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [
            _filled(each, environment, path, join_pointer(pointer, index))
            for index, each in enumerate(value)
        ]
    if not isinstance(value, str):
        return value
    for name in VARIABLE.findall(value):
        if not environment.get(name):
            raise ProfileError(f"{path}: {pointer}: the environment variable {name} is not set.")
    return VARIABLE.sub(lambda match: environment[match[1]], value)


def _told(problem: Any) -> str:
    """What is wrong and where; for a key that is unknown, the one that may be meant."""
    where = join_pointer("", *problem.instance_path) or "/"
    known = json.loads(SCHEMA.read_text("utf-8"))["properties"]
    names = (*known, *known["credentials"]["propertyNames"]["enum"], *known["budget"]["properties"])
    quoted = re.search(r"['\"]([^'\"]*)['\"]", problem.message)
    meant = get_close_matches(quoted[1], names, 1) if quoted else []
    hint = f" Did you mean {meant[0]!r}?" if meant and quoted and quoted[1] not in names else ""
    return f"{where}: {problem.message}.{hint}"


def _validator() -> Any:
    return jsonschema_rs.validator_for(json.loads(SCHEMA.read_text("utf-8")))
