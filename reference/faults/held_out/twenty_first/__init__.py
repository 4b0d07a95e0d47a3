"""The twenty-first set of faults planted from the documentation alone."""
