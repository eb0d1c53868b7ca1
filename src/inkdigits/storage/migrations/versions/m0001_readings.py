"""Readings, corrections, pictures, and what people decided about their history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NAME = sa.String(64)
PERSON = sa.String(255)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "picture",
        sa.Column("sha256", NAME, nullable=False),
        sa.Column("suffix", sa.String(8), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("thumbnail", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_picture"),
    )
    op.create_table(
        "privacy",
        sa.Column("owner", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("history", sa.Boolean),
        sa.Column("keep_days", sa.Integer),
        sa.PrimaryKeyConstraint("owner", name="pk_privacy"),
    )
    _make_reading()
    _make_correction()


def downgrade() -> None:
    """Takes the tables away, with what is in them."""
    for table in ("correction", "reading", "privacy", "picture"):
        op.drop_table(table)


def _make_reading() -> None:
    op.create_table(
        "reading",
        sa.Column("id", NAME, nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("person", PERSON, nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("input_sha256", NAME, nullable=False),
        sa.Column("picture", NAME),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("search", sa.String(600), nullable=False),
        sa.Column("is_checked", sa.Boolean, nullable=False),
        sa.Column("confidence", sa.Double, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("model_sha256", sa.Text, nullable=False),
        sa.Column("duration_ms", sa.Double, nullable=False),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("result", sa.JSON, nullable=False),
        sa.Column("strokes", sa.JSON(none_as_null=True)),
        sa.PrimaryKeyConstraint("id", name="pk_reading"),
        sa.ForeignKeyConstraint(["picture"], ["picture.sha256"], name="fk_reading_picture_picture"),
    )
    op.create_index("ix_reading_created_id_search", "reading", ["created", "id", "search"])
    op.create_index("ix_reading_person_id_created_id_search", "reading", ["person_id", "created", "id", "search"])
    op.create_index("ix_reading_person_created_id", "reading", ["person", "created", "id"])
    op.create_index("ix_reading_source_created_id", "reading", ["source", "created", "id"])
    op.create_index("ix_reading_is_checked_created_id", "reading", ["is_checked", "created", "id"])
    op.create_index("ix_reading_confidence", "reading", ["confidence"])
    op.create_index("ix_reading_picture", "reading", ["picture"])


def _make_correction() -> None:
    op.create_table(
        "correction",
        sa.Column("id", NAME, nullable=False),
        sa.Column("reading_id", NAME, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("was", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("person", PERSON, nullable=False),
        sa.Column("undone", MOMENT),
        sa.Column("undone_by", PERSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_correction"),
        sa.ForeignKeyConstraint(
            ["reading_id"], ["reading.id"], name="fk_correction_reading_id_reading", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_correction_reading_id", "correction", ["reading_id"])
    op.create_index("ix_correction_created", "correction", ["created"])
