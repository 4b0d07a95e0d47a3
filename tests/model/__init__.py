"""Of the model: what documents mean."""
