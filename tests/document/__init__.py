"""Of reading, resolving, bundling and lowering."""
