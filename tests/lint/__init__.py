"""Of lint: each rule fires where it should, and nowhere else."""
