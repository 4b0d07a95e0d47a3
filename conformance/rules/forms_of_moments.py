"""LIM: what is a moment or a day, and what is none."""

from __future__ import annotations

from conformance.rule import Check, Need, must
from conformance.rules.parameters import PROMISES, ask, of_kind, refused
from conformance.vocabulary import with_query

NOT_DAYS = (
    "",
    "2026-02-30",
    "2026-04-31",
    "2025-02-29",
    "2100-02-29",
    "2026-13-01",
    "2026-00-10",
    "2026-01-00",
    "2026-1-5",
    "20260105",
    "2026-01-05T00:00:00Z",
    "2026-W01-1",
    "yesterday",
    "1767571200",
    "2026-01-05 ",
    "2026-01-05\n",
)
NOT_MOMENTS = (
    "",
    "yesterday",
    "now",
    "2026",
    "2026-05-01",
    "20260501T000000Z",
    "2026-05-01T00:00:00",
    "2026-13-01T00:00:00Z",
    "2026-00-10T00:00:00Z",
    "2026-02-30T00:00:00Z",
    "2026-04-31T00:00:00Z",
    "2025-02-29T00:00:00Z",
    "2100-02-29T00:00:00Z",
    "2026-05-01T24:01:00Z",
    "2026-05-01T25:00:00Z",
    "2026-05-01T00:60:00Z",
    "2026-05-01T00:00:00+25:00",
    "2026-05-01T00:00:00+0200",
    "2026-05-01T00:00Z",
    "1777593600",
    "2026-05-01T00:00:00ZZ",
    "2026-05-01T00:00:00.Z",
    "2026-5-1T0:0:0Z",
    "٢٠٢٦-05-01T00:00:00Z",
    "2026-05-01T00:00:00 UTC",
    "2026-W18-5T00:00:00Z",
    "-2026-05-01T00:00:00Z",
    "2026-05-01T00:00:00Z\x00",
    "2026-05-01T00:00:00Z\n",
    "2026-05-01T00:00:00Z ",
    " 2026-05-01T00:00:00Z",
    "2026-05-01T00:00:00,5Z",
    "2026-05-01T24:00:00Z",
    "2026-05-01T00:00:61Z",
    "2026-05-01T12:30:60Z",
    "2026-05-01T00:00:00 02:00",
    "2026-05-01T00:00:00+02",
    "2026-05-01T00:00:00+02:60",
    "1777593600000",
)
DAYS = ("2024-02-29", "2000-02-29", "1999-12-31", "1970-01-01", "2099-12-31")
MOMENTS = (
    "2026-05-01T00:00:00Z",
    "2026-05-01T00:00:00+00:00",
    "2026-05-01T00:00:00-00:00",
    "2026-05-01t00:00:00z",
    "2026-05-01T00:00:00z",
    "2026-05-01T02:00:00+02:00",
    "2026-04-30T17:30:00-06:30",
    "2026-05-01T00:00:00.5Z",
    "2026-05-01T00:00:00.123Z",
    "2026-05-01T00:00:00.123456Z",
    "2026-05-01T00:00:00.123456789Z",
    "2024-02-29T23:59:59Z",
    "1970-01-01T00:00:00Z",
    "1969-12-31T23:59:59Z",
    "2100-01-01T00:00:00Z",
)
EDGES_OF_DAYS = ("0001-01-01", "9999-12-31", "0000-01-01")
EDGES_OF_TIME = (
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59.999999-23:59",
    "0000-01-01T00:00:00Z",
    "2016-12-31T23:59:60Z",
)


@must(
    "LIM-006",
    "What is not a moment is 400",
    with_query,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def not_a_moment(check: Check) -> None:
    """A moment is a date, a time and an offset, a day a date; and both are ones that exist.

    A fraction follows a point, nothing stands before or after, and a `+` that is not escaped is a
    space. The 60th second is a leap second, which only the last minute of a day of UTC has.

    Source: RFC 3339 §5.6 and §5.7.
    Passes: `?updatedSince=2026-02-30T00:00:00Z` → 400; `?date=2026-02-30` → 400.
    Fails: `?updatedSince=2026-05-01` → 200; `12:00:00,5Z` → 200;
    `?updatedSince=yesterday` → 500; the 30th of February is the 2nd of March.
    """
    for kind, values in {"date-time": NOT_MOMENTS, "date": NOT_DAYS}.items():
        for parameter in of_kind(check, kind):
            for value in values:
                refused(check, ask(check, parameter, value), f"{parameter.name}={value!r}")


@must(
    "LIM-007",
    "A moment is taken in every form",
    with_query,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def every_moment(check: Check) -> None:
    """Offsets, fractions of a second and leap days are part of a moment, and so are past centuries.

    `t` and `z` are letters of it in any case. Days of a calendar are taken like moments. At its
    edges, and at a leap second, a refusal is fine too, a failure is not.

    Source: RFC 3339 §5.6.
    Passes: `?updatedSince=2026-05-01T02:00:00.5%2B02:00` → 200; `?date=2024-02-29` → 200.
    Fails: → 400; `?updatedSince=0001-01-01T00:00:00%2B23:59` → 500.
    """
    for kind, good, edges in (
        ("date-time", MOMENTS, EDGES_OF_TIME),
        ("date", DAYS, EDGES_OF_DAYS),
    ):
        for parameter in of_kind(check, kind):
            for value in (*good, *edges):
                exchange = ask(check, parameter, value)
                fine = {200} if value in good else {200, 400}
                check.require(
                    exchange.status in fine,
                    f"{parameter.name}={value} is answered with {exchange.status}.",
                    exchange,
                )
