"""What every generated client does the same way, whatever the API."""
