"""Whatever a document says, it is data: findings and files come of it, and nothing else.

Some dozens of documents here; `python -m tests.fuzz` tries thousands.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.fuzz.documents import Written, documents
from tests.fuzz.effects import effects
from tests.fuzz.packages import check_imports, check_sources
from tests.fuzz.seeds import seeds
from tests.fuzz.trial import tried
from tests.fuzz.work import Work


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzzed")


@settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(document=documents())
def test_a_document_is_linted_and_rendered_whatever_it_says(
    folder: Path, document: Written
) -> None:
    tried(folder, document)


def test_what_is_made_of_a_document_is_parsed_imported_and_used(folder: Path) -> None:
    document = Written("openapi.json", seeds()[0].encode())
    packages = tried(folder, document)
    check_imports(packages, folder)
    check_sources(packages.values())


def test_a_document_takes_no_more_work_than_it_is_long(folder: Path) -> None:
    document = Written("openapi.json", seeds()[1].encode())
    tried(folder, document)  # what is imported and compiled once is no work of the document
    work = Work()
    sys.setprofile(work)
    try:
        tried(folder, document)
    finally:
        sys.setprofile(None)
    assert work.calls < Work.most / 20


@pytest.mark.parametrize(
    ("program", "what"),
    [
        ("open({outside!r}, 'w').close()", "wrote"),
        ("open('/etc/hostname').close()", "read"),
        ("__import__('os').system('true')", "os.system"),
        ("__import__('subprocess').run(['true'])", "subprocess.Popen"),
        ("__import__('socket').socket().close()", "socket.__new__"),
        ("__import__('os').mkdir({outside!r})", "os.mkdir"),
    ],
)
def test_an_effect_is_seen(folder: Path, tmp_path: Path, program: str, what: str) -> None:
    with effects(folder) as found:
        exec(program.format(outside=str(tmp_path / "pwned")))  # noqa: S102  our own
    assert any(each.startswith(what) for each in found), found
