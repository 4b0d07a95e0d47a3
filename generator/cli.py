"""The `fourfold` command: what can be typed. Each command's work is imported when it is asked for.

Exit status: 0 fine, 1 findings, 2 wrong use or unreadable input, 3 target unreachable.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.contracts import Contract

_FORMATS = click.Choice(["text", "json", "github", "sarif"])


def _version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    """Print the version of the distribution and exit; a checkout has none."""
    if not wanted:
        return
    from importlib.metadata import PackageNotFoundError, version

    try:
        click.echo(f"fourfold {version('fourfold')}")
    except PackageNotFoundError:
        click.echo("fourfold, from a checkout that is not installed")
    context.exit()


class WrongUseError(click.ClickException):
    """What was asked for makes no sense; the message is one sentence that says what would."""

    exit_code = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_version,
    help="Show the version and exit.",
)
def cli() -> None:
    """One hand-written OpenAPI contract; the server, clients, pages and suite that follow from it.

    SPEC is the path of an OpenAPI document, API the name of a folder of openapi/; either may stand
    for the other.
    """


@cli.command()
@click.argument("specs", metavar="[SPEC]...", nargs=-1)
@click.option("--format", "style", type=_FORMATS, default="text", help="How findings are printed.")
def lint(specs: tuple[str, ...], style: str) -> int:
    """Check contracts: valid, in the house style, their promises kept."""
    from generator.document import Severity
    from generator.document.lint.command import lint as run
    from generator.document.lint.registry import descriptions
    from generator.document.report import PRINTERS

    findings = run([contract.path for contract in _contracts(specs)])
    click.echo(PRINTERS[style](findings, descriptions()), nl=False)
    return int(any(finding.severity is Severity.ERROR for finding in findings))


@cli.command()
@click.argument("specs", metavar="[SPEC]...", nargs=-1)
@click.option("--target", "targets", metavar="NAME", multiple=True, help="Only this target.")
@click.option("--output", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--name", metavar="NAME", help="What the API is called, with one SPEC.")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 where a file would change.")
@click.option("--dump-model", is_flag=True, help="Print the model as JSON instead.")
def generate(
    specs: tuple[str, ...],
    *,
    targets: tuple[str, ...],
    output: Path | None,
    name: str | None,
    check: bool,
    dump_model: bool,
) -> int:
    """Write what follows from contracts, by default all of openapi/ into generated/."""
    gc.disable()  # nothing that is made here refers to what refers to it: counting is enough
    from generator.generate.command import GENERATED, Request
    from generator.generate.command import dump_model as dump
    from generator.generate.command import generate as run

    contracts = _named(_contracts(specs), name)
    wanted = _targets(targets)
    if dump_model:
        return dump(contracts, output or GENERATED, sys.stdout, sys.stderr)
    whole = not specs and output is None
    request = Request(contracts, wanted, output or GENERATED, whole=whole, check=check)
    return run(request, sys.stdout, sys.stderr)


@cli.command()
@click.argument("apis", metavar="[API]...", nargs=-1)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0 is a free one.")
@click.option("--host", metavar="ADDRESS", help="Default: 127.0.0.1, for this machine only.")
@click.option("--database", metavar="URL", help="Default: SQLite in memory.")
@click.option("--fault", "faults", metavar="ID", multiple=True, help="Plant this fault.")
@click.option("--stub", is_flag=True, help="Answer any SPEC from its examples and schemas.")
def serve(
    apis: tuple[str, ...],
    *,
    port: int,
    host: str | None,
    database: str | None,
    faults: tuple[str, ...],
    stub: bool,
) -> int:
    """Run the reference server, each API under its own base path.

    With --stub: answer contracts, by API or SPEC, without any state or behaviour. Callers choose
    with the header `Prefer`: `code=429`, `example=NAME`, `dynamic=true`.
    """
    if stub:
        if database is not None or faults:
            raise WrongUseError("--stub has neither state nor faults: no --database, no --fault.")
        if host is not None:
            raise WrongUseError("--stub is for this machine only: no --host.")
        from generator.stub.command import serve as run_stub

        return run_stub(_named(_contracts(apis), None), port, sys.stderr)
    from reference.server import HOST
    from reference.server import serve as run

    return run(apis, port, database, faults, host or HOST)


@cli.command()
@click.argument("spec", metavar="API|SPEC")
@click.option("--base-url", metavar="URL", help="Default: start the reference server.")
@click.option("--target", metavar="FILE", help="A target profile, YAML.")
@click.option("--report", "reports", metavar="KIND=FILE", multiple=True, help="json, junit, …")
@click.option("--rule", "rules", metavar="GLOB", multiple=True, help="Only rules that match.")
@click.option("--seed", type=int, default=1, show_default=True, help="What fuzzing starts from.")
@click.option("--shard", metavar="I/N", default="1/1", help="Only the I-th of N even parts.")
@click.option("--jobs", type=click.IntRange(1), help="Default: 2 for all of an API, else 1.")
@click.option("--allow-writes", is_flag=True, help="The target may be written to.")
@click.option("--allow-untestable", is_flag=True, help="What cannot be tested is no failure.")
@click.option("--known-failures", metavar="FILE", help="Forgive these; written where not there.")
@click.option("--format", "form", type=_FORMATS, default="text", help="How the outcome is printed.")
@click.option("--explain-plan", is_flag=True, help="Say what would be sent; send nothing.")
def conform(
    spec: str,
    *,
    base_url: str | None,
    target: str | None,
    reports: tuple[str, ...],
    rules: tuple[str, ...],
    seed: int,
    shard: str,
    jobs: int | None,
    allow_writes: bool,
    allow_untestable: bool,
    known_failures: str | None,
    form: str,
    explain_plan: bool,
) -> int:
    """Prove over HTTP that a server keeps what its contract promises.

    The reference server is proved in as many processes at a time as --jobs says, and one beside
    them for what mostly waits, each with a server of its own; any other in one.
    """
    from conformance.command import Request, explain
    from conformance.command import conform as run

    _contracts((spec,))
    act = explain if explain_plan else run
    return act(
        Request(
            spec,
            base_url=base_url,
            target=target,
            reports=reports,
            rules=rules,
            seed=seed,
            shard=shard,
            allow_writes=allow_writes,
            allow_untestable=allow_untestable,
            known_failures=known_failures,
            form=form,
            jobs=jobs or (1 if base_url or target or shard != "1/1" else _at_a_time(rules)),
        )
    )


@cli.command()
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text")
def rules(form: str) -> int:
    """List the rules of the conformance suite."""
    from conformance.command import rules as run

    click.echo(run(form))
    return 0


@cli.command()
@click.argument("code")
def explain(code: str) -> int:
    """Say more about a code of a finding or a rule."""
    from generator.explanations import explanation

    page = explanation(code)
    if page is None:
        raise WrongUseError(f"There is no code {code!r}; `fourfold rules` lists those of rules.")
    click.echo(page.rstrip())
    return 0


def main() -> None:
    """Run the command. Exits with its status; no traceback reaches a user."""
    try:
        status = cli(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as stop:
        status = stop.exit_code
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except click.Abort:
        status = 130
    except BrokenPipeError:
        # Who read the output has enough of it; Python would complain once more when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    except Exception as error:
        from generator.failure import DEBUG, sentence

        if os.environ.get(DEBUG):
            raise
        click.echo(f"Error: {sentence(error)}", err=True)
        status = 2
    gc.freeze()  # what is left goes with the process: nothing of it is worth looking for
    sys.exit(status)


def _at_a_time(rules: tuple[str, ...]) -> int:
    """In how many processes the reference server is proved by default."""
    if any(not rule.startswith("!") for rule in rules) or not hasattr(os, "fork"):
        return 1
    return min(os.cpu_count() or 1, 2)


def _contracts(words: tuple[str, ...]) -> list[Contract]:
    from generator.contracts import UnknownContractError, find_contracts

    try:
        return find_contracts(words)
    except UnknownContractError as error:
        raise WrongUseError(str(error)) from error


def _named(contracts: list[Contract], name: str | None) -> list[Contract]:
    """The contracts, the only one under the name that was given."""
    from msgspec.structs import replace

    from generator.contracts import is_name

    if name is not None:
        if len(contracts) != 1:
            raise WrongUseError("--name goes with exactly one SPEC.")
        if not is_name(name):
            raise WrongUseError(f"{name!r} is no name: a letter, then letters, digits, '-' or '_'.")
        return [replace(contracts[0], name=name)]
    names = [contract.name for contract in contracts]
    if len(set(names)) < len(names):
        raise WrongUseError("Two of these would be called the same; generate each with its --name.")
    return contracts


def _targets(names: Sequence[str]) -> tuple[str, ...]:
    from generator.targets import TARGETS

    for name in names:
        if name not in TARGETS:
            raise WrongUseError(f"There is no target {name!r}; there are {_and(TARGETS)}.")
    return tuple(name for name in TARGETS if not names or name in names)


def _and(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
