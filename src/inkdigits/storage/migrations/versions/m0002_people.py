"""People, their sign-ins and failures, and the audit log, which a trigger keeps from being changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

DIGEST = sa.String(64)
PERSON = sa.String(255)
MOMENT = sa.DateTime(timezone=True)
REFUSED = "the audit log is append-only"


def upgrade() -> None:
    """Makes the tables and the triggers."""
    _make_person()
    _make_session()
    op.create_table(
        "attempt",
        sa.Column("key", DIGEST, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_attempt"),
    )
    op.create_index("ix_attempt_last", "attempt", ["last"])
    _make_audit()
    if op.get_bind().dialect.name == "sqlite":
        for event in ("update", "delete"):
            op.execute(
                f"create trigger audit_no_{event} before {event} on audit begin select raise(abort, '{REFUSED}'); end"
            )
    else:
        op.execute(
            "create function inkdigits_append_only() returns trigger language plpgsql as "
            f"$$ begin raise exception '{REFUSED}'; end $$"
        )
        op.execute(
            "create trigger audit_append_only before update or delete or truncate on audit "
            "for each statement execute function inkdigits_append_only()"
        )


def downgrade() -> None:
    """Takes the tables away, with what is in them; the log, too."""
    for table in ("audit", "attempt", "session", "person"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("drop function inkdigits_append_only()")


def _make_person() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("handle", PERSON, nullable=False),
        sa.Column("name", PERSON, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("password", PERSON),
        sa.Column("password_until", MOMENT),
        sa.Column("subject", sa.String(512)),
        sa.Column("issued", MOMENT),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("valid_since", MOMENT, nullable=False),
        sa.Column("seen", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("handle", name="uq_person_handle"),
        sa.UniqueConstraint("subject", name="uq_person_subject"),
        sa.CheckConstraint("role in ('user', 'reviewer', 'admin')", name="role"),
    )


def _make_session() -> None:
    op.create_table(
        "session",
        sa.Column("id", DIGEST, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("ticket", DIGEST),
        sa.Column("token", DIGEST),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("seen", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("agent", PERSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
        sa.UniqueConstraint("ticket", name="uq_session_ticket"),
        sa.UniqueConstraint("token", name="uq_session_token"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_session_person_id_person"),
    )
    op.create_index("ix_session_person_id", "session", ["person_id"])
    op.create_index("ix_session_seen", "session", ["seen"])


def _make_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", DIGEST, nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("person", PERSON, nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_created_id", "audit", ["created", "id"])
    op.create_index("ix_audit_action_created_id", "audit", ["action", "created", "id"])
    op.create_index("ix_audit_person_created_id", "audit", ["person", "created", "id"])
