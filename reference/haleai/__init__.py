"""HaleAI: a read-only CRM of contacts, leads and deals."""
