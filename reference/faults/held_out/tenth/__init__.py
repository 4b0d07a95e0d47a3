"""The tenth set of faults planted from the documentation alone."""
