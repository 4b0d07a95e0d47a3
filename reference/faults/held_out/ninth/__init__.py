"""The ninth set of faults planted from the documentation alone."""
