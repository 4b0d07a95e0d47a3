"""The example of every method, for pages beside the package."""

from __future__ import annotations

from itertools import islice

from generator.model import Api
from generator.published import Published
from generator.targets.client_calls import Call, ClientCalls
from generator.targets.resource_naming import walk
from generator.targets.typescript.names import names_of
from generator.targets.typescript.readme_plan import receiver
from generator.targets.typescript.resources_plan import resource_modules
from generator.targets.typescript.source import quoted


def calls(api: Api, published: Published) -> ClientCalls:
    """The examples that the package's own reference has, by operation."""
    names = names_of(api, published)
    modules = resource_modules(api, names, names.errors)
    found: dict[Call, str] = {}
    for (chain, resource), module in zip(walk(api.resources), modules, strict=True):
        methods = iter(module.methods)
        for index, operation in enumerate(resource.operations):
            given = islice(methods, len(names.methods[chain, index]))
            texts = ["\n".join(method.example) for method in given]
            found[operation.method.upper(), operation.path] = "\n\n".join(texts)
    return ClientCalls(
        label="TypeScript",
        install=f"npm install {names.package}",
        setup=(
            f"import {{ {names.client} }} from {quoted(names.package)};\n\n"
            f"const client = new {names.client}();"
        ),
        calls=found,
        receiver="\n".join(receiver(api, names)),
    )
