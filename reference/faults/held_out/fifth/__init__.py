"""The fifth set of faults planted from the documentation alone."""
