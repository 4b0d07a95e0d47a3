"""The sixteenth set of faults planted from the documentation alone."""
