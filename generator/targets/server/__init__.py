"""The server target: a package that a person implements, and Connexion serves."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment

from generator.document import Finding, Severity
from generator.document.json_text import json_text
from generator.model import Api
from generator.targets import TargetInput, TargetOutput
from generator.targets.naming import Naming
from generator.targets.python_source import phrase, python_naming, quoted
from generator.targets.server.errors import plan_errors
from generator.targets.server.handlers import (
    plan_handlers,
    plan_schemes,
    used_by_handlers,
    used_by_routes,
    used_by_schemes,
)
from generator.targets.server.imports import import_block, isort_key
from generator.targets.server.models import plan_models, used_by_models
from generator.targets.server.shared_paths import unreachable
from generator.targets.server.type_expressions import Types
from generator.targets.templates import environment

HERE = Path(__file__).parent
SECURITY = "security.py.jinja"


def render(source: TargetInput) -> TargetOutput:
    """The files of a server package: what the contract decides, its two documents, the runtime."""
    api = source.api
    names = python_naming(source.published)
    context, findings = _context(api, names)
    files = {
        name.removesuffix(".jinja"): _templates().get_template(name).render(context)
        for name in _templates().list_templates()
        if context["schemes"] or name != SECURITY
    }
    files["openapi.json"] = source.text
    files["lowered.json"] = json_text(routed(source.lowered, api))
    files.update(_runtime())
    findings = (*findings, *unreachable(api))
    return TargetOutput(files, findings, names.given, frozenset(_runtime()))


def _context(api: Api, names: Naming) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """What the templates are filled with."""
    models, signatures, conversions = (
        Types(api, names, prefix) for prefix in ("", "models.", "models.")
    )
    errors = plan_errors(api, names)
    model_plans = plan_models(models)
    handlers = plan_handlers(signatures, conversions, errors)
    schemes = plan_schemes(api.security_schemes, names)
    classes = ("Handlers", *(handler.class_name for handler in handlers))
    handler_names = sorted(classes, key=isort_key)
    public = [*handler_names, "create_app", "errors", "models"]
    context = {
        "title": phrase(api.title),
        "models": model_plans,
        "errors": errors,
        "handlers": handlers,
        "handler_names": handler_names,
        "schemes": schemes,
        "envelope": envelope_of(api),
        "base_path": quoted(_base_path(api)),
        "gate_principal": _gate_principal(api),
        "public": sorted([*public, "Security"] if schemes else public),
        "model_imports": import_block(models.used | used_by_models(model_plans)),
        "handler_imports": import_block(signatures.used | used_by_handlers(handlers)),
        "security_imports": import_block(used_by_schemes(schemes)),
        "route_imports": import_block(conversions.used | used_by_routes(handlers)),
    }
    findings = (*models.findings, *signatures.findings, *_unsupported(api))
    return context, tuple(dict.fromkeys(findings))


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return environment(HERE / "templates")


@lru_cache(maxsize=1)
def _runtime() -> Mapping[str, str]:
    """The runtime's modules as they are."""
    paths = sorted((HERE / "runtime").glob("*.py"))
    return {f"runtime/{path.name}": path.read_text(encoding="utf-8") for path in paths}


def routed(lowered: Mapping[str, Any], api: Api) -> dict[str, Any]:
    """A document of OpenAPI 3.0, as far as Connexion routes by it.

    Connexion validates whatever it is given in Python, each time that it starts.
    """
    paths: dict[str, dict[str, Any]] = {}
    for operation in api.operations:
        method = operation.method.lower()
        if method in lowered["paths"].get(operation.path, {}):
            paths.setdefault(operation.path, {})[method] = {
                "operationId": operation.id,
                "responses": {"default": {"description": "As the contract says."}},
            }
    info = {"title": api.title, "version": api.version}
    return {"openapi": lowered["openapi"], "info": info, "paths": paths}


def _base_path(api: Api) -> str:
    """The path of the first server."""
    return urlsplit(api.servers[0].url).path.rstrip("/") if api.servers else ""


def _gate_principal(api: Api) -> str:
    """Whom a gate meets: a known caller, or nobody where an operation asks for none."""
    always = all(
        operation.security and all(requirement.schemes for requirement in operation.security)
        for operation in api.operations
    )
    return "P" if always else "P | None"


def envelope_of(api: Api) -> str:
    """The kind of the error envelope: a member of the runtime's `Envelope`."""
    if api.envelope is not None and not api.envelope.code:
        return "TEXT"
    if api.envelope is not None and api.envelope.request_id:
        return "OBJECT_WITH_REQUEST_ID"
    return "OBJECT"


def _unsupported(api: Api) -> list[Finding]:
    findings = []
    envelope = api.envelope
    if envelope is None or envelope.message not in {("error", "message"), ("error",)}:
        message = "The server sends errors as `{error: {code, message}}`, which is not documented."
        findings.append(Finding("GEN-051", api.position, message, "", Severity.WARNING))
    for scheme in api.security_schemes:
        if scheme.kind == "mutualTLS":
            message = "The server does not see client certificates: whoever ends TLS checks them."
            findings.append(Finding("GEN-052", scheme.position, message, "", Severity.WARNING))
    return findings
