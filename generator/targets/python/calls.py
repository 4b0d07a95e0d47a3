"""The example of every method, for pages beside the package."""

from __future__ import annotations

from itertools import islice

from generator.model import Api
from generator.published import Published
from generator.targets.client_calls import Call, ClientCalls
from generator.targets.python.errors_plan import code_errors, code_names
from generator.targets.python.names import names_of
from generator.targets.python.readme_plan import receiver
from generator.targets.python.resources_plan import resource_modules
from generator.targets.resource_naming import walk


def calls(api: Api, published: Published) -> ClientCalls:
    """The examples that the package's own reference has, by operation."""
    names = names_of(api, published)
    modules = resource_modules(api, names, code_names(code_errors(api, names.naming)))
    found: dict[Call, str] = {}
    for (chain, resource), module in zip(walk(api.resources), modules, strict=True):
        methods = iter(module.methods)
        for index, operation in enumerate(resource.operations):
            given = islice(methods, len(names.methods[chain, index]))
            texts = ["\n".join(method.examples[False]) for method in given]
            found[operation.method.upper(), operation.path] = "\n\n".join(texts)
    return ClientCalls(
        label="Python",
        install=f"pip install {names.package.replace('_', '-')}",
        setup=f"from {names.package} import {names.client}\n\nclient = {names.client}()",
        calls=found,
        receiver="\n".join(receiver(api, names)),
    )
