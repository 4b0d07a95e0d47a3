"""The measure of the suite: plants every fault in the reference server and sees which rules fail.

`python -m conformance.power` prints a line for each fault, then the rates; status 1 where a fault
survives, a benign variant or the clean server fails a rule.
"""
