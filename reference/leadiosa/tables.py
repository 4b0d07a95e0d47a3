"""The tables of Leadiosa.

`seq` counts the rows of a table in the order in which they were made; it never changes, and no
answer shows it. What people wrote or are called is text of any characters. Times are microseconds
since 1970, UTC.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    Named,
    Table,
    TypedColumns,
    false,
)

from reference.storage.tables import metadata

Attributes = dict[str, str | int | float | bool]


class _Rows(TypedColumns):
    seq = Column(Integer, primary_key=True, autoincrement=True)
    id: Named[str] = Column(unique=True)
    tenant: Named[str]


class _Conversations(_Rows):
    contact_id: Named[str] = Column(index=True)
    status: Named[str]
    assignee_id: Named[str | None]
    created_at: Named[int] = Column(BigInteger)
    updated_at: Named[int] = Column(BigInteger)


class _Messages(_Rows):
    conversation_id: Named[str]
    author: Named[str]
    body: Named[str]
    redacted: Named[bool] = Column(Boolean, default=False, server_default=false())
    created_at: Named[int] = Column(BigInteger)


class _Notes(_Rows):
    conversation_id: Named[str]
    body: Named[str]
    redacted: Named[bool] = Column(Boolean, default=False, server_default=false())
    created_at: Named[int] = Column(BigInteger)


class _Contacts(_Rows):
    name: Named[str | None]
    email: Named[str | None]
    phone: Named[str | None]
    attributes: Named[Attributes] = Column(JSON)
    created_at: Named[int] = Column(BigInteger)
    updated_at: Named[int] = Column(BigInteger)


class _Articles(_Rows):
    title: Named[str]
    content: Named[str]
    created_at: Named[int] = Column(BigInteger)
    updated_at: Named[int] = Column(BigInteger)


class _Chunks(_Rows):
    article_id: Named[str]
    position: Named[int]
    content: Named[str]


class _AuditEntries(_Rows):
    action: Named[str]
    resource_id: Named[str]
    token_id: Named[str]
    request_id: Named[str]
    created_at: Named[int] = Column(BigInteger)


class _Members(TypedColumns):
    tenant: Named[str] = Column(primary_key=True)
    id: Named[str] = Column(primary_key=True)


class _Workspaces(TypedColumns):
    tenant: Named[str] = Column(primary_key=True)
    id: Named[str]
    name: Named[str]
    created_at: Named[int] = Column(BigInteger)
    closed_at: Named[int | None] = Column(BigInteger)
    plan: Named[str]
    ai_tokens_included: Named[int] = Column(BigInteger)
    ai_tokens_used: Named[int] = Column(BigInteger)
    generation: Named[int] = Column(BigInteger)
    """The version of each list that nothing changed since the workspace was filled."""


class _ListVersions(TypedColumns):
    tenant: Named[str] = Column(primary_key=True)
    list: Named[str] = Column(primary_key=True)
    version: Named[int] = Column(BigInteger)


conversations = Table("leadiosa_conversations", metadata, _Conversations)
messages = Table("leadiosa_messages", metadata, _Messages)
notes = Table("leadiosa_notes", metadata, _Notes)
contacts = Table("leadiosa_contacts", metadata, _Contacts)
articles = Table("leadiosa_articles", metadata, _Articles)
chunks = Table("leadiosa_chunks", metadata, _Chunks)
audit_entries = Table("leadiosa_audit_entries", metadata, _AuditEntries)
members = Table("leadiosa_members", metadata, _Members)
workspaces = Table("leadiosa_workspaces", metadata, _Workspaces)
list_versions = Table("leadiosa_list_versions", metadata, _ListVersions)

for _listed in (conversations, contacts, articles, audit_entries):
    Index(f"{_listed.name}_by_tenant", _listed.c.tenant, _listed.c.seq)
for _written in (messages, notes):
    Index(f"{_written.name}_by_conversation", _written.c.conversation_id, _written.c.seq)
Index("leadiosa_chunks_by_article", chunks.c.article_id, chunks.c.position, unique=True)

ALL = (
    conversations,
    messages,
    notes,
    contacts,
    articles,
    chunks,
    audit_entries,
    members,
    workspaces,
    list_versions,
)
