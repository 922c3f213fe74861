"""The record's own read tables; the ledger's tables are SQL in `sql/` and are written by `ledger` and `erase` alone.

Every row carries `key`, the key that owns it, and is written by a projector in `project_own`.
"""

from django.db import models


class Hold(models.Model):
    """A hold, in force until it is lifted by a second person."""

    key = models.CharField(max_length=32, primary_key=True)
    placed_n = models.BigIntegerField()
    everything = models.BooleanField()
    agency = models.CharField(max_length=32)
    kinds = models.JSONField()
    covers = models.JSONField()
    first = models.CharField(max_length=10)
    last = models.CharField(max_length=10)
    lift_proposed_by = models.CharField(max_length=32)
    lifted_n = models.BigIntegerField(null=True)

    class Meta:
        db_table = "record_hold"


class ErasureCase(models.Model):
    """A proposed erasure and what became of it."""

    key = models.CharField(max_length=32, primary_key=True)
    entry = models.BigIntegerField()
    part = models.CharField(max_length=5)
    authority = models.TextField()
    court_order = models.BooleanField()
    proposed_n = models.BigIntegerField()
    proposed_by = models.CharField(max_length=32)
    proposer_agency = models.CharField(max_length=32)
    recipients = models.JSONField()
    approved_n = models.BigIntegerField(null=True)
    approved_at = models.CharField(max_length=27)
    refused_n = models.BigIntegerField(null=True)
    done_n = models.BigIntegerField(null=True)

    class Meta:
        db_table = "record_erasure_case"


class OpeningRow(models.Model):
    """An opening given to somebody; recalled, not undone, when its part is erased."""

    key = models.CharField(max_length=32, primary_key=True)
    n = models.BigIntegerField()
    entry = models.BigIntegerField(db_index=True)
    part = models.CharField(max_length=70)
    recipient = models.CharField(max_length=32)

    class Meta:
        db_table = "record_opening"


class Link(models.Model):
    """What the latest entry says of two keys: of one child, or not. Stored once for each of the two."""

    pk = models.CompositePrimaryKey("key", "other")
    key = models.CharField(max_length=32)
    other = models.CharField(max_length=32)
    n = models.BigIntegerField()
    is_linked = models.BooleanField()
    method = models.CharField(max_length=10)

    class Meta:
        db_table = "record_link"


class Tick(models.Model):
    """One run of `heed tick` (a working table): a page turns red when the last one is too old."""

    started_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)
    done = models.JSONField(default=dict)
    error = models.TextField(default="")

    class Meta:
        db_table = "record_tick"
