"""The clients in a browser: one page, in Chromium, from another origin than the API."""
