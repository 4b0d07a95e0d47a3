"""Each rule about workflows fires at its place in workflows.yaml, and on nothing that is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.document import Finding
from generator.document.lint.command import lint

CONTRACT = """\
openapi: 3.1.0
info: {title: Shop, version: 1.0.0}
x-promises: [SHOP-01]
paths:
  /items:
    get: {operationId: listItems, responses: {'200': {description: Items.}}}
  /items/{itemId}:
    parameters: [{name: itemId, in: path, required: true, schema: {type: string}}]
    get: {operationId: getItem, responses: {'200': {description: An item.}}}
"""
PROMISES = """\
api: shop
document: Shop
promises:
  SHOP-01: {promise: Items are listed., heading: Items}
"""
WORKFLOWS = """\
arazzo: 1.0.1
info: {title: What the shop promises, version: 1.0.0}
sourceDescriptions: [{name: shop, url: openapi.yaml, type: openapi}]
workflows:
- workflowId: listed-is-read
  x-rule: LIF-901
  x-promises: [SHOP-01]
  x-about: getItem
  summary: What is listed is read
  steps:
  - stepId: list
    operationId: listItems
    outputs: {id: $response.body#/0/id}
  - stepId: read
    operationId: getItem
    x-for-each: [once, twice]
    parameters: [{name: itemId, in: path, value: $steps.list.outputs.id}]
    successCriteria:
    - condition: $response.body#/id == $steps.list.outputs.id && $each != 'never'
    - {context: $response.body, type: regex, condition: '{$inputs.unique}'}
"""


def findings_of(folder: Path, workflows: str, elsewhere: str = "") -> list[Finding]:
    """What lint says of the workflows, with another API's beside them."""
    for name, text in (("shop", workflows), ("depot", elsewhere)):
        (folder / name).mkdir()
        (folder / name / "workflows.yaml").write_text(text)
    (folder / "shop" / "promises.yaml").write_text(PROMISES)
    (folder / "shop" / "openapi.yaml").write_text(CONTRACT)
    found = lint([folder / "shop" / "openapi.yaml"])
    return [each for each in found if each.position.file.endswith("workflows.yaml")]


def test_workflows_that_are_right_have_no_findings(tmp_path: Path) -> None:
    elsewhere = WORKFLOWS.replace("LIF-901", "LIF-902")
    assert findings_of(tmp_path, WORKFLOWS, elsewhere) == []


@pytest.mark.parametrize(
    ("code", "old", "new", "mark", "said"),
    [
        ("WFL-001", "summary: What", "sumary: What", "workflowId", "summary"),
        ("WFL-001", "x-rule: LIF-901", "x-rule: LIF", "x-rule", "LIF"),
        ("WFL-002", "operationId: listItems", "operationId: listItem", "listItem", "listItems"),
        ("WFL-002", "x-about: getItem", "x-about: getIt", "getIt\n", "getItem"),
        ("WFL-003", "[SHOP-01]", "[SHOP-07]", "SHOP-07", "SHOP-01"),
        ("WFL-004", "value: $steps.list.", "value: $steps.lost.", "$steps.lost", "comes before"),
        ("WFL-004", "list.outputs.id}]", "list.outputs.ids}]", "$steps.list", "no output 'ids'"),
        ("WFL-004", "$inputs.unique", "$inputs.uniqe", "'{$inputs", "no input 'uniqe'"),
        ("WFL-004", "    x-for-each: [once, twice]\n", "", "$response.body#/id", "x-for-each"),
        (
            "WFL-004",
            "    x-for-each:",
            "    x-delivers: [item.added]\n    x-tells: {item.aded: {data: {}}}\n    x-for-each:",
            "item.aded",
            "delivers no 'item.aded'",
        ),
        ("WFL-005", "stepId: read", "stepId: list", "list\n    operationId: getItem", "twice"),
        ("WFL-006", "itemId, in: path", "item, in: path", "{name: item,", "no {item}"),
        (
            "WFL-006",
            "    parameters:",
            "    x-within: 1\n    requestBody:",
            "stepId: read",
            "itemId",
        ),
    ],
)
def test_a_workflow_that_is_wrong_is_found_at_its_place(
    tmp_path: Path, *, code: str, old: str, new: str, mark: str, said: str
) -> None:
    wrong = WORKFLOWS.replace(old, new, 1)
    findings = findings_of(tmp_path, wrong)

    line = wrong[: wrong.index(mark)].count("\n") + 1
    messages = [f.message for f in findings if f.code == code and f.position.line == line]
    assert any(said in message for message in messages), [str(each) for each in findings]


def test_a_rule_of_two_apis_is_found(tmp_path: Path) -> None:
    (finding,) = findings_of(tmp_path, WORKFLOWS, WORKFLOWS)
    assert finding.code == "WFL-005"
    assert "depot" in finding.message


def test_what_is_no_yaml_is_found(tmp_path: Path) -> None:
    (finding,) = findings_of(tmp_path, "workflows: [")
    assert finding.code == "YML-004"
