"""What is owed, as the entries and the packs make it; whether it is overdue is asked of a clock, never stored."""

from django.db import models


class Duty(models.Model):
    """One duty of one clause; owned by the key of its first match role. Times are whole seconds since 1970, UTC."""

    key = models.CharField(max_length=32, db_index=True)
    id = models.CharField(max_length=64, primary_key=True)  # digest of its identity: clause, version, key, anchor, …
    clause = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    roles = models.JSONField()
    addressee = models.CharField(max_length=32)
    anchor = models.BigIntegerField(null=True)
    triggers = models.JSONField()
    from_at = models.BigIntegerField(null=True)
    due = models.BigIntegerField(null=True)
    adjusted_due = models.BigIntegerField(null=True)
    end = models.CharField(max_length=12)
    ended_at = models.BigIntegerField(null=True)
    ended_by = models.BigIntegerField(null=True)
    was_late = models.CharField(max_length=10)  # as it ended; for an open duty ask the clock
    testable = models.CharField(max_length=200)
    weak = models.JSONField()
    owner = models.CharField(max_length=60)
    agency = models.CharField(max_length=32)
    team = models.CharField(max_length=32)
    asked_by = models.CharField(max_length=32, db_index=True)  # whose entry triggered it: to whom it is owed

    class Meta:
        db_table = "duties_duty"
        indexes = [
            models.Index(fields=["end", "owner", "team", "due"], name="duties_owed"),
            # What ended stays in the table for ever and stands on no worklist.
            models.Index(fields=["due", "id"], name="duties_open", condition=models.Q(end="open")),
        ]


class Told(models.Model):
    """A rung that was told, once for each duty and rung."""

    pk = models.CompositePrimaryKey("key", "duty", "rung")
    key = models.CharField(max_length=32)
    duty = models.CharField(max_length=64)
    rung = models.IntegerField()
    n = models.BigIntegerField()
    to = models.CharField(max_length=60)
    outside = models.BooleanField()
    told = models.JSONField()
    at = models.CharField(max_length=27)

    class Meta:
        db_table = "duties_told"


class Pack(models.Model):
    """A pack of clauses that was adopted."""

    key = models.CharField(max_length=32, primary_key=True)
    n = models.BigIntegerField()
    pack = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    text = models.TextField()

    class Meta:
        db_table = "duties_pack"


class Proposal(models.Model):
    """A pack or a calendar that somebody proposed, and what came of it."""

    key = models.CharField(max_length=32, primary_key=True)
    n = models.BigIntegerField()
    what = models.CharField(max_length=10)
    name = models.CharField(max_length=60)
    version = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    follows = models.CharField(max_length=64)
    text = models.TextField()
    effect = models.JSONField()
    reached = models.BigIntegerField()
    reason = models.TextField()
    proposed_by = models.CharField(max_length=32)
    agency = models.CharField(max_length=32)
    proposed_at = models.CharField(max_length=27)
    approved_n = models.BigIntegerField(null=True)
    approved_by = models.CharField(max_length=32)
    declined_n = models.BigIntegerField(null=True)
    declined_by = models.CharField(max_length=32)
    declined_why = models.TextField()
    adopted_n = models.BigIntegerField(null=True)

    class Meta:
        db_table = "duties_proposal"
