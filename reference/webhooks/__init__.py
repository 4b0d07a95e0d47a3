"""Webhooks: who subscribed, what is still to be delivered, and its delivery."""
