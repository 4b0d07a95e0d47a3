"""The twenty-seventh set of faults planted from the documentation alone."""
