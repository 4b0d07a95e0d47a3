"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Apply this revision."""
    op.create_table(
        "aloha_connections",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "channel", name=op.f("aloha_connections_pk")),
    )
    op.create_table(
        "aloha_matrices",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("aloha_matrices_pk")),
    )
    with op.batch_alter_table("aloha_matrices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("aloha_matrices_by_tenant"), ["tenant"], unique=False)

    op.create_table(
        "aloha_messages",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("thread", sa.String(), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("aloha_messages_pk")),
    )
    with op.batch_alter_table("aloha_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("aloha_messages_by_tenant"), ["tenant"], unique=False)

    op.create_table(
        "aloha_placements",
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.Column("failure_reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("post", "channel", name=op.f("aloha_placements_pk")),
    )
    op.create_table(
        "aloha_posts",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("scheduled_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("aloha_posts_pk")),
        sa.UniqueConstraint("id", name=op.f("aloha_posts_by_id")),
    )
    with op.batch_alter_table("aloha_posts", schema=None) as batch_op:
        batch_op.create_index("aloha_posts_by_workspace", ["tenant", "mode", "seq"], unique=False)

    op.create_table(
        "aloha_threads",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("preview", sa.String(), nullable=False),
        sa.Column("written", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("aloha_threads_pk")),
        sa.UniqueConstraint("written", name=op.f("aloha_threads_by_written")),
    )
    with op.batch_alter_table("aloha_threads", schema=None) as batch_op:
        batch_op.create_index(
            "aloha_threads_by_workspace", ["tenant", "mode", "written"], unique=False
        )

    op.create_table(
        "aloha_work",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("aloha_work_pk")),
    )
    with op.batch_alter_table("aloha_work", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("aloha_work_by_tenant"), ["tenant"], unique=False)

    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("api", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("api_keys_pk")),
        sa.UniqueConstraint("digest", name=op.f("api_keys_by_digest")),
    )
    op.create_table(
        "haleai_contacts",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("haleai_contacts_pk")),
        sa.UniqueConstraint("id", name=op.f("haleai_contacts_by_id")),
    )
    with op.batch_alter_table("haleai_contacts", schema=None) as batch_op:
        batch_op.create_index(
            "haleai_contacts_by_tenant", ["tenant", "seq", "updated_at"], unique=False
        )

    op.create_table(
        "haleai_deals",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("haleai_deals_pk")),
        sa.UniqueConstraint("id", name=op.f("haleai_deals_by_id")),
    )
    with op.batch_alter_table("haleai_deals", schema=None) as batch_op:
        batch_op.create_index(
            "haleai_deals_by_tenant", ["tenant", "seq", "updated_at"], unique=False
        )

    op.create_table(
        "haleai_leads",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("haleai_leads_pk")),
        sa.UniqueConstraint("id", name=op.f("haleai_leads_by_id")),
    )
    with op.batch_alter_table("haleai_leads", schema=None) as batch_op:
        batch_op.create_index(
            "haleai_leads_by_tenant", ["tenant", "seq", "updated_at"], unique=False
        )

    op.create_table(
        "haloagents_companies",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("context", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("haloagents_companies_pk")),
        sa.UniqueConstraint(
            "tenant", "fingerprint", name=op.f("haloagents_companies_by_tenant_fingerprint")
        ),
    )
    op.create_table(
        "haloagents_enrollments",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("series", sa.LargeBinary(), nullable=False),
        sa.Column("user", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("haloagents_enrollments_pk")),
        sa.UniqueConstraint(
            "tenant", "series", "user", name=op.f("haloagents_enrollments_by_tenant_series_user")
        ),
    )
    op.create_table(
        "haloagents_events",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("haloagents_events_pk")),
    )
    with op.batch_alter_table("haloagents_events", schema=None) as batch_op:
        batch_op.create_index("haloagents_events_by_tenant", ["tenant", "seq"], unique=False)

    op.create_table(
        "haloagents_organizations",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("agent_name", sa.String(), nullable=False),
        sa.Column("agent_active", sa.Boolean(), nullable=False),
        sa.Column("agent_pause", sa.Double(), nullable=False),
        sa.Column("agent_fails_after", sa.Integer(), nullable=False),
        sa.Column("verifies_identity", sa.Boolean(), nullable=False),
        sa.Column("identity_secret", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", name=op.f("haloagents_organizations_pk")),
        sa.UniqueConstraint("fingerprint", name=op.f("haloagents_organizations_by_fingerprint")),
    )
    op.create_table(
        "haloagents_series",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("haloagents_series_pk")),
        sa.UniqueConstraint(
            "tenant", "fingerprint", name=op.f("haloagents_series_by_tenant_fingerprint")
        ),
    )
    op.create_table(
        "haloagents_tickets",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("haloagents_tickets_pk")),
        sa.UniqueConstraint("id", name=op.f("haloagents_tickets_by_id")),
    )
    with op.batch_alter_table("haloagents_tickets", schema=None) as batch_op:
        batch_op.create_index("haloagents_tickets_by_tenant", ["tenant", "seq"], unique=False)

    op.create_table(
        "haloagents_users",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("context", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("haloagents_users_pk")),
        sa.UniqueConstraint(
            "tenant", "fingerprint", name=op.f("haloagents_users_by_tenant_fingerprint")
        ),
    )
    op.create_table(
        "jobs",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("api", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("jobs_pk")),
    )
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("jobs_by_next_at"), ["next_at"], unique=False)

    op.create_table(
        "leadiosa_articles",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("leadiosa_articles_pk")),
        sa.UniqueConstraint("id", name=op.f("leadiosa_articles_by_id")),
    )
    with op.batch_alter_table("leadiosa_articles", schema=None) as batch_op:
        batch_op.create_index("leadiosa_articles_by_tenant", ["tenant", "seq"], unique=False)

    op.create_table(
        "leadiosa_audit_entries",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("resource_id", sa.String(), nullable=False),
        sa.Column("token_id", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("leadiosa_audit_entries_pk")),
        sa.UniqueConstraint("id", name=op.f("leadiosa_audit_entries_by_id")),
    )
    with op.batch_alter_table("leadiosa_audit_entries", schema=None) as batch_op:
        batch_op.create_index("leadiosa_audit_entries_by_tenant", ["tenant", "seq"], unique=False)

    op.create_table(
        "leadiosa_chunks",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("leadiosa_chunks_pk")),
        sa.UniqueConstraint("id", name=op.f("leadiosa_chunks_by_id")),
    )
    with op.batch_alter_table("leadiosa_chunks", schema=None) as batch_op:
        batch_op.create_index("leadiosa_chunks_by_article", ["article_id", "position"], unique=True)

    op.create_table(
        "leadiosa_contacts",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("leadiosa_contacts_pk")),
        sa.UniqueConstraint("id", name=op.f("leadiosa_contacts_by_id")),
    )
    with op.batch_alter_table("leadiosa_contacts", schema=None) as batch_op:
        batch_op.create_index("leadiosa_contacts_by_tenant", ["tenant", "seq"], unique=False)

    op.create_table(
        "leadiosa_conversations",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("assignee_id", sa.String(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("leadiosa_conversations_pk")),
        sa.UniqueConstraint("id", name=op.f("leadiosa_conversations_by_id")),
    )
    with op.batch_alter_table("leadiosa_conversations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("leadiosa_conversations_by_contact_id"), ["contact_id"], unique=False
        )
        batch_op.create_index("leadiosa_conversations_by_tenant", ["tenant", "seq"], unique=False)

    op.create_table(
        "leadiosa_list_versions",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("list", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "list", name=op.f("leadiosa_list_versions_pk")),
    )
    op.create_table(
        "leadiosa_members",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "id", name=op.f("leadiosa_members_pk")),
    )
    op.create_table(
        "leadiosa_messages",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("redacted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("leadiosa_messages_pk")),
        sa.UniqueConstraint("id", name=op.f("leadiosa_messages_by_id")),
    )
    with op.batch_alter_table("leadiosa_messages", schema=None) as batch_op:
        batch_op.create_index(
            "leadiosa_messages_by_conversation", ["conversation_id", "seq"], unique=False
        )

    op.create_table(
        "leadiosa_notes",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("redacted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("leadiosa_notes_pk")),
        sa.UniqueConstraint("id", name=op.f("leadiosa_notes_by_id")),
    )
    with op.batch_alter_table("leadiosa_notes", schema=None) as batch_op:
        batch_op.create_index(
            "leadiosa_notes_by_conversation", ["conversation_id", "seq"], unique=False
        )

    op.create_table(
        "leadiosa_workspaces",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("ai_tokens_included", sa.BigInteger(), nullable=False),
        sa.Column("ai_tokens_used", sa.BigInteger(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", name=op.f("leadiosa_workspaces_pk")),
    )
    op.create_table(
        "oauth_access_tokens",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("grant_id", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("oauth_access_tokens_pk")),
        sa.UniqueConstraint("id", name=op.f("oauth_access_tokens_by_id")),
    )
    with op.batch_alter_table("oauth_access_tokens", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("oauth_access_tokens_by_expires_at"), ["expires_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("oauth_access_tokens_by_grant_id"), ["grant_id"], unique=False
        )

    op.create_table(
        "oauth_clients",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("api", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("redirect_uris", sa.JSON(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("oauth_clients_pk")),
    )
    op.create_table(
        "oauth_codes",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("api", sa.String(), nullable=False),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("redirect_uri", sa.String(), nullable=False),
        sa.Column("challenge", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("oauth_codes_pk")),
    )
    with op.batch_alter_table("oauth_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("oauth_codes_by_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "oauth_grants",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("api", sa.String(), nullable=False),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("oauth_grants_pk")),
        sa.UniqueConstraint("code", name=op.f("oauth_grants_by_code")),
    )
    with op.batch_alter_table("oauth_grants", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("oauth_grants_by_expires_at"), ["expires_at"], unique=False
        )

    op.create_table(
        "oauth_refresh_tokens",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("grant_id", sa.String(), nullable=False),
        sa.Column("spent", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("oauth_refresh_tokens_pk")),
    )
    with op.batch_alter_table("oauth_refresh_tokens", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("oauth_refresh_tokens_by_grant_id"), ["grant_id"], unique=False
        )

    op.create_table(
        "settings",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("settings_pk")),
    )
    op.create_table(
        "tenants",
        sa.Column("api", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("api", "name", name=op.f("tenants_pk")),
    )
    op.create_table(
        "token_buckets",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("full_at", sa.Numeric(precision=40, scale=0), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("token_buckets_pk")),
    )
    op.create_table(
        "webhook_attempts",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("delivery", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("webhook_attempts_pk")),
    )
    with op.batch_alter_table("webhook_attempts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("webhook_attempts_by_delivery"), ["delivery"], unique=False
        )

    op.create_table(
        "webhook_deliveries",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("subscription", sa.String(), nullable=False),
        sa.Column("api", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("webhook_deliveries_pk")),
        sa.UniqueConstraint("id", name=op.f("webhook_deliveries_by_id")),
    )
    with op.batch_alter_table("webhook_deliveries", schema=None) as batch_op:
        batch_op.create_index(
            "ix_webhook_deliveries_waiting", ["subscription", "next_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("webhook_deliveries_by_next_at"), ["next_at"], unique=False
        )

    op.create_table(
        "webhook_queues",
        sa.Column("subscription", sa.String(), nullable=False),
        sa.Column("api", sa.String(), nullable=False),
        sa.Column("lease", sa.String(), nullable=True),
        sa.Column("leased_until", sa.BigInteger(), nullable=False),
        sa.Column("served_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subscription", name=op.f("webhook_queues_pk")),
    )
    op.create_table(
        "webhook_subscriptions",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("api", sa.String(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("anywhere", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("webhook_subscriptions_pk")),
        sa.UniqueConstraint("id", name=op.f("webhook_subscriptions_by_id")),
    )
    with op.batch_alter_table("webhook_subscriptions", schema=None) as batch_op:
        batch_op.create_index("ix_webhook_subscriptions_tenant", ["api", "tenant"], unique=False)
