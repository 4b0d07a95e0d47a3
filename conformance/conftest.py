"""Makes `pytest conformance --api NAME` collect the rules."""

pytest_plugins = ["conformance.plugin"]
