"""How a caller proves who it is: security schemes and requirements (OpenAPI §4.8.27 to §4.8.30)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from generator.document import Position


class OAuthFlow(Struct, frozen=True):
    """One OAuth 2.0 flow; URLs as written.

    `idle` is after how many seconds without a refresh a grant ends (`x-grant-idle`); None where the
    document does not say.
    """

    kind: str
    authorization_url: str
    token_url: str
    refresh_url: str
    scopes: Mapping[str, str]
    idle: int | None = None


class SecurityScheme(Struct, frozen=True):
    """A security scheme. `kind` is the document's `type`, `http` schemes in lower case.

    `argument` and `environment` name the client's argument and environment variable
    (`x-fern-bearer`); empty where the contract does not say.
    """

    name: str
    kind: Literal["apiKey", "http", "oauth2", "openIdConnect", "mutualTLS"]
    position: Position
    description: str = ""
    scheme: str = ""
    bearer_format: str = ""
    parameter: str = ""
    location: str = ""
    flows: tuple[OAuthFlow, ...] = ()
    argument: str = ""
    environment: str = ""
    promises: tuple[str, ...] = ()


class Requirement(Struct, frozen=True):
    """Schemes that must all be satisfied, with the scopes each needs. Empty: anonymous."""

    schemes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
