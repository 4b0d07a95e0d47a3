"""Workflows: what an API promises over several calls, written in Arazzo 1.0 beside its contract.

Each workflow is a rule with an id of its own. Four words are ours: `x-rule`, `x-promises` and
`x-about` on a workflow (its id, what it proves, the operation that it is about), and on a step
`x-as` (who calls), `x-advance` (seconds that the clock is put forward before the step) and
`x-control` (a call of the control plane in place of an operation).
"""
