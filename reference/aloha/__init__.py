"""Aloha: scheduling posts, the inbox, matrices and the voice model of a workspace."""
