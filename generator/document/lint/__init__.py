"""Lint: one module a family of rules, one function a rule."""
