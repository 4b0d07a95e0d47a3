"""What OpenAPI can say, as tables that the tests of every client go through."""
