"""What generated files are called, on whatever system they are written."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Fourfold
from tests.cli.test_generate import edit


def test_no_file_is_called_like_a_device_of_windows(project: Path, fourfold: Fourfold) -> None:
    devices = ("CON", "prn", "Aux", "nul", "com1", "lpt9")
    paths = "".join(
        f"  /{name}: {{get: {{tags: [{name}], responses: {{'200': {{description: OK, "
        f"content: {{application/json: {{schema: {{type: object, title: {name}}}}}}}}}}}}}}}\n"
        for name in devices
    )
    contract = project / "openapi/zoo/openapi.yaml"
    edit(contract, "paths:\n", f"paths:\n{paths}")
    fourfold("generate")
    stems = {path.name.partition(".")[0].lower() for path in project.glob("generated/**/*")}
    assert {"con_resource", "con-resource", "lpt9-resource"} <= stems
    assert not stems & {name.lower() for name in devices}
