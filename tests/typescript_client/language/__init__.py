"""What OpenAPI can say, each by some lines of YAML whose client is generated, compiled and used."""
