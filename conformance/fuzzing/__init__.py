"""Schemathesis, over HTTP: every phase, one worker, a fixed seed, no cache, our own checks."""

from conformance.fuzzing.findings import OTHER, TITLES, Found, Fuzzed, rule_of
from conformance.fuzzing.preparation import EVERYTHING, Part
from conformance.fuzzing.running import fuzz

__all__ = ["EVERYTHING", "OTHER", "TITLES", "Found", "Fuzzed", "Part", "fuzz", "rule_of"]
