"""Planted faults of what the rows look like."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from reference.faults.composition import answers
from reference.faults.exchange import Answered
from reference.faults.fault import Fault
from reference.faults.haleai.composition import Apply, is_found, is_page
from reference.haleai.parts import Parts

Row = dict[str, Any]


def rows(change: Callable[[Row], Row]) -> Apply:
    """Change each row of lists and details."""

    def page(answered: Answered) -> Answered:
        body = answered.json
        return answered.with_json({**body, "data": [change(row) for row in body["data"]]})

    in_lists, in_details = answers(is_page, page), details(change)
    return lambda parts: in_details(in_lists(parts))


def details(change: Callable[[Row], Row]) -> Apply:
    """Change the rows of details."""

    def found(answered: Answered) -> Answered:
        body = answered.json
        return answered.with_json({**body, "data": change(body["data"])})

    return answers(is_found, found)


def _without_updated_at(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "updatedAt"}


def _unix_time(row: Row) -> Row:
    return {**row, "updatedAt": int(datetime.fromisoformat(row["updatedAt"]).timestamp())}


def _without_zone(row: Row) -> Row:
    return {**row, "updatedAt": row["updatedAt"].removesuffix("Z")}


def _archived(row: Row) -> Row:
    return {**row, "stage": "archived"} if row.get("stage") in {"lost", "dead"} else row


def _capitalized(row: Row) -> Row:
    return {**row, "source": row["source"].capitalize()} if "source" in row else row


def _null_source(row: Row) -> Row:
    return {**row, "source": None} if row.get("source") == "referral" else row


def _without_prefix(row: Row) -> Row:
    return {**row, "id": row["id"].partition("_")[2]}


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="SCH-F01",
        title="A detail has no updatedAt",
        promises=("HALE-14",),
        mistake="Lists and details have serializers of their own.",
        apply=details(_without_updated_at),
    ),
    Fault(
        id="SCH-F02",
        title="updatedAt is a number",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="The database's value is sent as it is.",
        apply=rows(_unix_time),
    ),
    Fault(
        id="SCH-F03",
        title="updatedAt has no time zone",
        promises=("HALE-11", "HALE-12", "HALE-13"),
        mistake="Times are naive throughout.",
        apply=rows(_without_zone),
    ),
    Fault(
        id="SCH-F04",
        title="Some rows have the stage archived",
        promises=("HALE-12", "HALE-13"),
        mistake="A stage was added for the dashboard, and not documented.",
        apply=rows(_archived),
    ),
    Fault(
        id="SCH-F05",
        title="source is capitalized in details",
        promises=("HALE-11", "HALE-12"),
        mistake="Details show the label, lists the value.",
        apply=details(_capitalized),
    ),
    Fault(
        id="SCH-F06",
        title="source is null where the row came by referral",
        promises=("HALE-11", "HALE-12"),
        mistake="A column was made optional.",
        apply=rows(_null_source),
    ),
    Fault(
        id="SCH-F07",
        title="Ids come without their prefix",
        promises=("HALE-14",),
        mistake="The prefix is added by the dashboard.",
        apply=rows(_without_prefix),
    ),
)
