"""Concerns and objections as they read now; the timeline of a concern is read from the record itself."""

from django.db import models


class Concern(models.Model):
    """A concern as it reads now."""

    key = models.CharField(max_length=32, primary_key=True)
    raised_n = models.BigIntegerField(db_index=True)
    raised_at = models.CharField(max_length=27)
    reporter = models.CharField(max_length=32, db_index=True)
    reporter_agency = models.CharField(max_length=32)
    agency = models.CharField(max_length=32)
    team = models.CharField(max_length=32, db_index=True)
    about = models.CharField(max_length=20)
    harm = models.JSONField()
    source = models.CharField(max_length=30)
    danger_today = models.CharField(max_length=10)
    police_origin = models.BooleanField()
    what = models.TextField()
    reported = models.TextField()  # what the reporter herself last stated: she never reads what others put in its place
    corrected_n = models.BigIntegerField(null=True)
    acknowledged_n = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=30)
    decided_n = models.BigIntegerField(null=True)
    decided_by = models.CharField(max_length=32)
    answered_n = models.BigIntegerField(null=True)
    withdrawal_by = models.CharField(max_length=32)
    withdrawn_n = models.BigIntegerField(null=True)

    class Meta:
        db_table = "concern_concern"


class ConcernChild(models.Model):
    """That a concern is filed under a child now; owned by the child's key."""

    pk = models.CompositePrimaryKey("key", "concern")
    key = models.CharField(max_length=32)
    concern = models.CharField(max_length=32, db_index=True)
    n = models.BigIntegerField()
    is_filed = models.BooleanField()

    class Meta:
        db_table = "concern_child"


class Objection(models.Model):
    """An objection to a decision, until it is answered."""

    key = models.CharField(max_length=32, primary_key=True)
    concern = models.CharField(max_length=32, db_index=True)
    n = models.BigIntegerField()
    level = models.CharField(max_length=10)
    against = models.CharField(max_length=32)
    by = models.CharField(max_length=32)
    answered_n = models.BigIntegerField(null=True)
    position = models.CharField(max_length=12)

    class Meta:
        db_table = "concern_objection"
