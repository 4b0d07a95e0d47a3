"""What is seen of a run while it goes on: a bar on a terminal, failures as they happen."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from conformance.results import Result
from conformance.rule import Outcome

Follow = Callable[[Result, int, int], None]
"""Told of each result, of how many there are so far, and of how many there will be."""


def silent(_result: Result, _done: int, _total: int) -> None:
    """Follow nothing."""


@contextmanager
def progress(console: Console) -> Iterator[Follow]:
    """Follow a run on a terminal with a bar; in a pipe with a line a failure, on standard error."""
    if not console.is_terminal:
        yield _line
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task("")

        def follow(result: Result, done: int, total: int) -> None:
            bar.update(task, description=result.rule, completed=done, total=total)
            if result.outcome is Outcome.FAIL:
                bar.console.print(f"[bold red]fail[/] {escape(_sentence(result))}")

        yield follow


def _line(result: Result, _done: int, _total: int) -> None:
    if result.outcome is Outcome.FAIL:
        print(f"fail {_sentence(result)}", file=sys.stderr, flush=True)


def _sentence(result: Result) -> str:
    where = f" {result.operation}" if result.operation else ""
    return f"{result.rule}{where}: {result.message}"
