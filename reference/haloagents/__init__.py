"""HaloAgents: what a chat widget needs to talk with an AI agent."""
