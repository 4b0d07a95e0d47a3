"""Every tool's spelling of paging is read into the same node, and held against the operation."""

from __future__ import annotations

import pytest

from generator.model import PageSize
from generator.model.builder import Built
from tests.model.conftest import Model

_LIST = """
{root}
paths:
  /things:
    get:
      operationId: listThings
      {extension}
      parameters:
        - {{name: cursor, in: query, schema: {{type: string}}}}
        - {{name: page, in: query, schema: {{type: integer}}}}
        - {{name: limit, in: query, schema: {{$ref: '#/components/schemas/Size'}}}}
      responses:
        '200':
          description: A page.
          content: {{application/json: {{schema: {{$ref: '#/components/schemas/Page'}}}}}}
components:
  schemas:
    Size: {{type: integer, minimum: 1, maximum: 200, default: 50}}
    Page:
      properties:
        data: {{type: array, items: {{type: string}}}}
        paging: {{properties: {{next: {{type: string}}, more: {{type: boolean}}}}}}
"""
FERN = "{cursor: $request.cursor, next_cursor: $response.paging.next, results: $response.data}"


def built(model: Model, extension: str, root: str = "") -> Built:
    return model(_LIST.format(extension=extension, root=root))


@pytest.mark.parametrize(
    "extension",
    [
        f"x-fern-pagination: {FERN}",
        "x-speakeasy-pagination: {type: cursor, inputs: [{name: cursor, in: parameters, type: "
        "cursor}], outputs: {results: $.data, nextCursor: $.paging.next}}",
        "x-redocly-pagination: {style: cursor, cursorParam: cursor, nextCursor: /paging/next, "
        "items: /data}",
    ],
)
def test_a_cursor_however_it_is_written(model: Model, extension: str) -> None:
    result = built(model, extension)
    paging = result.api.operations[0].pagination
    assert paging is not None
    assert (paging.style, paging.parameter) == ("cursor", "cursor")
    assert (paging.results, paging.next) == (("data",), ("paging", "next"))
    assert not result.findings


@pytest.mark.parametrize(
    ("extension", "style", "parameter"),
    [
        ("x-fern-pagination: {offset: $request.page, results: $response.data}", "page", "page"),
        ("x-fern-pagination: {offset: $request.limit, results: $response.data}", "offset", "limit"),
        (
            "x-fern-pagination: {next_uri: $response.paging.next, results: $response.data}",
            "link",
            "",
        ),
        ("x-ms-pageable: {nextLinkName: paging, itemName: data}", "link", ""),
        (
            "x-speakeasy-pagination: {type: offsetLimit, inputs: [{name: page, type: page}], "
            "outputs: {results: $.data}}",
            "page",
            "page",
        ),
    ],
)
def test_other_styles(model: Model, extension: str, style: str, parameter: str) -> None:
    paging = built(model, extension).api.operations[0].pagination
    assert paging is not None
    assert (paging.style, paging.parameter, paging.results) == (style, parameter, ("data",))


def test_true_takes_the_default_of_the_root_and_the_page_size_is_read(model: Model) -> None:
    root = f"""x-fern-pagination: {FERN}
x-page-limits: {{parameter: limit, echo: $response.paging.more, invalid-cursor: bad_cursor}}"""
    result = built(model, "x-fern-pagination: true\n      x-page-limits: true", root)
    paging = result.api.operations[0].pagination
    assert paging is not None
    assert paging.size == PageSize("limit", 1, 200, 50, ("paging", "more"))
    assert paging.invalid_cursor == "bad_cursor"


def test_one_page_is_no_paging(model: Model) -> None:
    assert built(model, "x-ms-pageable: {nextLinkName: null}").api.operations[0].pagination is None


@pytest.mark.parametrize(
    "wrong",
    [
        FERN.replace("$request.cursor", "$request.after"),
        FERN.replace("$response.data", "$response.rows"),
        FERN.replace("paging.next", "paging.following"),
        FERN.replace("$response.data", "$response.paging.more"),
    ],
)
def test_a_rule_that_does_not_fit_is_an_error_at_its_place(model: Model, wrong: str) -> None:
    result = built(model, f"x-fern-pagination: {wrong}")
    assert [(f.code, str(f.severity), f.position.line) for f in result.findings] == [
        ("GEN-024", "error", 7)
    ]
    assert [each.pagination for each in result.api.operations] == [None]


def test_two_spellings_that_disagree_are_an_error(model: Model) -> None:
    result = built(
        model,
        f"x-fern-pagination: {FERN}\n"
        "      x-redocly-pagination: {style: page, pageParam: page, items: /data}",
    )
    assert [(f.code, f.position.line) for f in result.findings] == [("GEN-023", 8)]
    paging = result.api.operations[0].pagination
    assert paging is not None
    assert paging.style == "cursor"


def test_two_spellings_that_agree_are_fine(model: Model) -> None:
    result = built(
        model,
        f"x-fern-pagination: {FERN}\n      x-redocly-pagination: {{style: cursor, "
        "cursorParam: cursor, nextCursor: /paging/next, items: /data}",
    )
    assert not result.findings
