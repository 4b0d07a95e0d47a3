"""The twenty-fifth set of faults planted from the documentation alone."""
