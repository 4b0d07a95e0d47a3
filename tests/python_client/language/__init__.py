"""What OpenAPI can say, each by a minimal document whose client is generated, imported and used."""
