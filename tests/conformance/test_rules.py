"""The rules on a server that none of the project's code serves: clean, and each bug by its rule."""

from __future__ import annotations

import pytest

from conformance.contract import Contract
from conformance.judging import judge, judge_all
from conformance.rule import Level, Outcome
from conformance.rules import catalogue, rules_of
from conformance.session import opened
from conformance.vocabulary import collection
from tests.conformance.conftest import library

GENERATED = {rule.id for rule in rules_of("fuzzing")}
DIRECTED = [rule for rule in catalogue() if rule.id not in GENERATED]
BY_ID = {rule.id: rule for rule in catalogue()}

BENIGN = (
    "",
    "cuts-milliseconds",
    "sorts-by-change",
    "other-order",
    "more-members",
    "begins-deflated",
)

BUGS = {
    "warns-early": "RAT-012",
    "plain-details": "SCH-002",
    "bare-head": "STA-004",
    "folds-paths": "STA-007",
    "six-digits": "LIM-007",
    "closes-tenants": "RAT-007",
    "tries-members": "AUT-009",
    "silent-404": "ENV-001",
    "picky-accept": "HDR-004",
    "waits-for-more": "PAG-012",
    "cursor-of-size": "PAG-007",
    "imports-nameless": "SCH-001",
    "head-finds": "TEN-002",
    "bare-genres": "SCH-003",
    "folds-names": "LIM-001",
    "ascii-only": "LIM-008",
    "saves-up": "RAT-005",
    "members-wait-zero": "RAT-003",
    "head-free": "RAT-002",
    "picky-expect": "STA-005",
    "banner": "ENV-010",
    "cookies": "HDR-013",
    "open-members": "AUT-001",
    "key-prefix": "AUT-002",
    "scheme-case": "AUT-004",
    "query-key": "AUT-005",
    "validates-first": "AUT-006",
    "revoked-works": "AUT-007",
    "tier-ignored": "AUT-008",
    "echoes-key": "AUT-010",
    "control-tells-keys": "AUT-010",
    "stores-keys": "AUT-011",
    "leaks-filtered": "TEN-001",
    "cross-tenant": "TEN-002",
    "hides-asked": "TEN-002",
    "tells-foreign": "TEN-003",
    "unknown-ignored": "LIM-001",
    "last-wins": "LIM-002",
    "python-int": "LIM-003",
    "clamps": "LIM-004",
    "open-enum": "LIM-005",
    "ignores-author": "PAG-031",
    "folds-case": "PAG-032",
    "since-inclusive": "PAG-033",
    "ignores-offset": "PAG-034",
    "cuts-fractions": "PAG-037",
    "overlaps": "PAG-001",
    "skips-a-row": "PAG-002",
    "ignores-size": "PAG-003",
    "one-more": "PAG-003",
    "empty-last-page": "PAG-004",
    "never-ends": "PAG-001",
    "wrong-echo": "PAG-006",
    "counts-rows": "PAG-006",
    "offset-pages": "PAG-009",
    "offset-pages sorts-by-change": "PAG-010",
    "lax-cursor": "PAG-021",
    "bad-cursor-first-page": "PAG-022",
    "bad-cursor-crash": "PAG-022",
    "cursor-any-filter": "PAG-023",
    "cursor-any-list": "PAG-024",
    "cursor-any-tenant": "PAG-025",
    "readable-cursor": "PAG-026",
    "cursor-any-shelf": "PAG-028",
    "cursor-of-key": "PAG-029",
    "never-limits": "RAT-001",
    "burst-short": "RAT-001",
    "members-free": "RAT-002",
    "wait-text": "RAT-003",
    "wait-zero": "RAT-003",
    "wait-long": "RAT-004",
    "refills-twice": "RAT-005",
    "refills-by-seconds": "RAT-015",
    "pages-cost": "RAT-017",
    "closed-free": "RAT-018",
    "refusals-free": "RAT-020",
    "walks-free": "RAT-023",
    "members-cost": "RAT-023",
    "loses-ties": "PAG-038",
    "narrowed-short": "PAG-039",
    "shared-bucket": "RAT-007",
    "racy-bucket": "RAT-008",
    "remaining-stands": "RAT-010",
    "slows-down": "RAT-011",
    "starves": "RAT-012",
    "tells-secret": "PRI-001",
    "reset-milliseconds": "RAT-010",
    "resets-soon": "RAT-019",
    "drops-author": "SCH-001",
    "folds-ids": "LIF-002",
    "percent-crash": "LIF-002",
    "no-allow": "STA-002",
    "html-404": "ENV-001",
    "no-head": "STA-004",
    "quiet-head": "STA-004",
    "percent-crash tells-crash": "ENV-003",
    "cacheable": "HDR-001",
    "no-challenge": "HDR-002",
    "any-scheme": "AUT-003",
    "newest-key-only": "AUT-009",
    "detail-drifts": "LIF-001",
    "any-kind": "LIF-003",
    "forgets-change": "LIF-004",
    "counts-cursors": "PAG-027",
    "no-fractions": "LIM-007",
    "letters-only": "LIM-008",
    "letters-only other-status": "STA-005",
    "dates-too": "LIM-006",
    "points-and-commas": "LIM-006",
    "capitals-only": "LIM-007",
    "searches-bodies": "HDR-016",
    "first-row": "DOC-002",
    "strict-colons": "DOC-001",
    "other-code": "ENV-002",
    "joins-any": "PAG-035",
    "filters-late": "PAG-036",
    "injects": "HDR-003",
    "byte-range": "HDR-004",
    "empty-404": "PAG-005",
    "counts-pages": "PAG-007",
    "shuffles": "PAG-008",
    "cursor-once": "PAG-008",
    "cursor-expires": "PAG-011",
    "late-rows": "PAG-012",
    "tires": "RAT-006",
    "strangers-spend": "RAT-009",
    "limits-first": "RAT-027",
    "text-json": "SCH-002",
    "no-remaining": "SCH-003",
    "bad-json": "SCH-004",
    "method-404": "STA-001",
    "docs-page": "STA-003",
    "apostrophe-crash": "STA-006",
    "slash": "STA-007",
    "tenant-header": "TEN-004",
    "crossed-requests": "TEN-005",
    "empty-key": "AUT-001",
    "key-case": "AUT-002",
    "finds-first": "AUT-006",
    "default-skips": "PAG-001",
    "blocks-of-eight": "PAG-002",
    "short-pages": "PAG-003",
    "empty-next": "PAG-005",
    "empty-cursor": "PAG-022",
    "fast-path": "PAG-031",
    "narrows-genres": "PAG-031",
    "forgets-old": "PAG-033",
    "page-forgets-author": "PAG-036",
    "ends-twice": "PAG-036",
    "recent-seconds": "PAG-037",
    "shares-members": "TEN-001",
    "demo-unfiltered": "DOC-003",
    "tells-error": "ENV-003",
    "names-itself": "ENV-010",
    "bare-key": "AUT-005",
    "tier-first-page": "AUT-008",
    "campaigns": "LIM-001",
    "short-texts": "LIM-008",
    "genre-inclusive": "PAG-035",
    "midnight-inclusive": "PAG-037",
    "few-by-default": "PAG-039",
    "offset-authors": "PAG-009",
    "offset-genres": "PAG-010",
    "cursor-of-a-day": "PAG-011",
    "tenant-prefix": "PAG-012",
    "ends-early": "PAG-043",
    "tidies-authors": "PAG-044",
    "skips-narrowed": "PAG-045",
    "keeps-news": "LIF-007",
    "head-waits": "RAT-003",
    "closed-heads": "AUT-012",
    "bucket-of-header": "RAT-002",
    "revoked-walks": "AUT-007",
    "loses-place": "PAG-010",
    "replaces-bytes": "LIM-008",
    "skips-third": "PAG-001",
    "knows-thirty": "PAG-003",
    "heads-begin": "PAG-029",
    "skips-between": "PAG-031",
    "loses-late-ties": "PAG-038",
    "full-at-midnight": "RAT-005",
    "local-imports": "SCH-001",
    "imports-together": "TEN-001",
    "empty-last-whole": "PAG-004",
    "third-of-replica": "PAG-008",
    "offset-news": "PAG-009",
    "skips-genres": "PAG-045",
    "tries-details": "AUT-009",
    "touches-next": "LIF-004",
    "dry-runs": "LIM-042",
    "rests": "RAT-006",
    "last-pages-cost": "RAT-017",
}

FRAMING = {"HDR-010", "HDR-011", "HDR-012", "HDR-014", "STA-027", "STA-028"}
"""Rules about what no application can get wrong by itself: `test_framing_rules` has their bugs."""
ELSEWHERE = {"AUT-014", "AUT-015", "HDR-015", "LIM-047", "PAG-046", "PAG-049", "RAT-031"}
"""Rules that have theirs in `test_undocumented_rules` and `test_rules_of_apis`."""


@pytest.mark.parametrize("variant", BENIGN)
def test_a_right_server_fails_no_rule(contract: Contract, variant: str) -> None:
    with library(variant) as target, opened(contract, target) as s:
        results = list(judge_all(s, DIRECTED))
    bad = [r for r in results if r.outcome not in {Outcome.PASS, Outcome.NOT_APPLICABLE}]
    assert bad == []
    assert len(results) > 150


@pytest.mark.parametrize(("bugs", "rule"), BUGS.items())
def test_a_bug_is_caught_by_its_rule(contract: Contract, bugs: str, rule: str) -> None:
    with library(*bugs.split()) as target, opened(contract, target) as session:
        outcomes = {
            judge(BY_ID[rule], subject, session).outcome
            for subject in BY_ID[rule].subjects(contract)
        }
    worst = Outcome.FAIL if BY_ID[rule].level is Level.MUST else Outcome.WARN
    assert worst in outcomes


def test_rows_that_are_added_between_two_walks_are_no_failure(contract: Contract) -> None:
    rule = BY_ID["PAG-001"]
    with library() as target, opened(contract, target) as session:
        for subject in rule.subjects(contract):
            assert subject is not None
            session.census(subject)
            assert session.control is not None
            session.control.insert(session.tenant(), collection(subject), 2)
            assert judge(rule, subject, session).outcome is Outcome.PASS


def test_every_rule_that_applies_has_a_bug_that_it_catches(contract: Contract) -> None:
    """Rules about words that the library does not use are tested on other servers."""
    applying = {rule.id for rule in DIRECTED if rule.subjects(contract)}
    assert applying - set(BUGS.values()) == FRAMING | ELSEWHERE
