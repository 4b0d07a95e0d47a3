"""The command as a user types it, in a folder of its own with one contract in openapi/."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

from generator.cli import main

ZOO = """\
openapi: 3.1.0
info: {title: Zoo, version: 1.0.0, description: Animals.}
servers: [{url: 'https://zoo.example/v1'}]
security: []
tags: [{name: animals, description: Who lives here.}]
paths:
  /animals:
    get:
      operationId: listAnimals
      tags: [animals]
      summary: List animals
      responses:
        '200':
          description: All of them.
          content: {application/json: {schema: {$ref: '#/components/schemas/Animals'}}}
  /animals/{id}:
    get:
      operationId: getAnimal
      tags: [animals]
      summary: Get an animal
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        '200':
          description: One of them.
          content: {application/json: {schema: {$ref: '#/components/schemas/Animal'}}}
        '404': {$ref: '#/components/responses/Missing'}
components:
  responses:
    Missing:
      description: There is none.
      content: {application/json: {schema: {$ref: '#/components/schemas/Error'}}}
  schemas:
    Error:
      type: object
      properties:
        error:
          type: object
          properties: {code: {type: string}, message: {type: string}}
    Animals:
      type: object
      properties: {data: {type: array, items: {$ref: '#/components/schemas/Animal'}}}
    Animal:
      type: object
      required: [id]
      properties: {id: {type: string}, legs: {type: integer}}
"""


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    status: int
    out: str
    err: str


Fourfold = Callable[..., Ran]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a contract in openapi/zoo/, which the command is run in."""
    folder = tmp_path / "openapi" / "zoo"
    folder.mkdir(parents=True)
    (folder / "openapi.yaml").write_text(dedent(ZOO))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOURFOLD_CACHE", "")
    return tmp_path


@pytest.fixture
def fourfold(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Fourfold:
    """Run the command with these words."""

    def run(*words: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["fourfold", *words])
        with pytest.raises(SystemExit) as stopped:
            main()
        captured = capsys.readouterr()
        return Ran(int(stopped.value.code or 0), captured.out, captured.err)

    return run
