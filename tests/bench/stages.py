"""What each stage of generation costs for one document: `python -m tests.bench.stages FILE`.

Prints JSON: CPU seconds of each stage, and the peak memory in megabytes when it ended.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
from pathlib import Path

from msgspec.structs import replace

from generator.contracts import Contract
from generator.document import load
from generator.document.bundling import bundled
from generator.document.json_text import json_text
from generator.document.lint import style, validity
from generator.document.lint.subject import Subject
from generator.document.lowering import lower
from generator.generate.formatting import formatted
from generator.model.builder import build
from generator.targets import CLIENTS, TARGETS, TargetInput, client_calls, load_target


class Stages:
    """The costs of the stages that have ended."""

    def __init__(self) -> None:
        self.costs: dict[str, tuple[float, float]] = {}
        self._before = _cpu_seconds()

    def end(self, name: str) -> None:
        """Say that a stage has ended, and with it begins the next."""
        now = _cpu_seconds()
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        self.costs[name] = (now - self._before, megabytes)
        self._before = _cpu_seconds()


def main() -> None:
    """Generate from the document as `fourfold generate` does, on one process, writing nothing."""
    gc.disable()
    contract = Contract("things", Path(sys.argv[1]))
    for target in TARGETS:
        load_target(target)
    stages = Stages()
    specification = load(contract.path)
    stages.end("read")
    subject = Subject(specification, None, (), {})
    for rule in (*validity.RULES, style.operation_id_unique):
        list(rule.findings(subject))
    stages.end("lint")
    built = build(specification, contract.name)
    stages.end("model")
    document = bundled(specification, specification.documents).document
    lowered = lower(specification)
    stages.end("lower to 3.0")
    source = TargetInput(built.api, document, lowered.document, text=json_text(document))
    stages.end("write as JSON")
    files: dict[str, str] = {}
    for target in TARGETS:
        if target == "docs":
            calls = [client_calls(client, built.api, {}) for client in CLIENTS]
            source = replace(source, calls=calls)
        output = load_target(target).render(source)
        files |= {f"{target}/{path}": text for path, text in output.files.items()}
        stages.end(target)
    formatted(files)
    stages.end("format")
    sys.stdout.write(json.dumps(stages.costs))


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


if __name__ == "__main__":
    main()
