"""What the rows of each collection are like: their values, how many there are, how ids begin."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table

from reference.clock import microseconds
from reference.haleai.tables import contacts, deals, leads


@dataclass(frozen=True, slots=True)
class Kind:
    """What the rows of a collection are like."""

    name: str
    table: Table[Any]
    id_prefix: str
    size: int
    """How many rows a tenant usually has."""
    values: Mapping[str, Mapping[str, int]]
    """The values of each column, with how often each comes."""
    documented: Mapping[str, str | int]
    """The row that the API's document names (HALE-16)."""


_SOURCES = {
    "zillow": 26,
    "realtor.com": 17,
    "open_house": 14,
    "referral": 13,
    "website": 11,
    "facebook_ads": 8,
    "sphere": 6,
    "google_ads": 5,
}
_LEAD_STAGES = {"new": 24, "qualified": 16, "nurture": 22, "working": 18, "won": 8, "lost": 12}
_DEAL_STAGES = {"opportunity": 30, "listing": 18, "under_contract": 14, "closed": 28, "dead": 10}


def _moment(text: str) -> int:
    return microseconds(datetime.fromisoformat(text))


CONTACTS = Kind(
    name="contacts",
    table=contacts,
    id_prefix="ctk_",
    size=1_000,
    values={"source": _SOURCES},
    documented={
        "id": "ctk_AbCd",
        "source": "zillow",
        "updated_at": _moment("2026-05-02T16:20:11Z"),
    },
)
LEADS = Kind(
    name="leads",
    table=leads,
    id_prefix="ld_",
    size=700,
    values={"stage": _LEAD_STAGES, "source": _SOURCES},
    documented={
        "id": "ld_AbCd",
        "stage": "working",
        "source": "zillow",
        "updated_at": _moment("2026-05-03T08:12:30Z"),
    },
)
DEALS = Kind(
    name="deals",
    table=deals,
    id_prefix="dl_",
    size=400,
    values={"stage": _DEAL_STAGES},
    documented={
        "id": "dl_AbCd",
        "stage": "closed",
        "updated_at": _moment("2026-05-05T15:48:22Z"),
    },
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (CONTACTS, LEADS, DEALS)}
