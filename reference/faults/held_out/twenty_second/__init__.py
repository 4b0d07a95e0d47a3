"""The twenty-second set of faults planted from the documentation alone."""
