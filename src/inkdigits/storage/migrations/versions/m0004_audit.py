"""SQLite's audit log refuses ``insert or replace``, too: it deletes a row without asking the triggers of deletion."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

REFUSED = "the audit log is append-only"


def upgrade() -> None:
    """Makes the trigger; PostgreSQL has no such statement."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "create trigger audit_no_replace before insert on audit "
            "when exists (select 1 from audit where id = new.id or rowid = new.rowid) "
            f"begin select raise(abort, '{REFUSED}'); end"
        )


def downgrade() -> None:
    """Takes it away."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("drop trigger audit_no_replace")
