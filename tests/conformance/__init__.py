"""Of the conformance suite: its rules, its engine, its reports."""
