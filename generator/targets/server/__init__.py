"""The server target: a package that implements one contract on Connexion."""
