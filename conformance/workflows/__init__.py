"""Runs workflows: what an API promises over several calls, each a rule with an id of its own.

They are written in Arazzo 1.0 beside a contract and read by `generator.document.workflows`. The
words that are ours are described in its schema.
"""
