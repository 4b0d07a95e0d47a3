"""What shows each fault that was planted from the documentation alone."""
