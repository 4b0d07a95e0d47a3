"""The control plane: what the vendors' dashboards do, and time. Never part of a contract."""
