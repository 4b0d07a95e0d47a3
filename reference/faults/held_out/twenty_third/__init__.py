"""The twenty-third set of faults planted from the documentation alone."""
