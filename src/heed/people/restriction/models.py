"""Restrictions as they stand now, and emergency openings."""

from django.db import models


class Restriction(models.Model):
    """A restriction: in force once it is agreed and until it is lifted."""

    key = models.CharField(max_length=32, primary_key=True)
    child = models.CharField(max_length=32, db_index=True)
    concern = models.CharField(max_length=32, db_index=True)
    workers = models.JSONField()
    proposed_n = models.BigIntegerField()
    proposed_by = models.CharField(max_length=32)
    agreed_n = models.BigIntegerField(null=True)
    declined_n = models.BigIntegerField(null=True)
    lift_proposed_by = models.CharField(max_length=32)
    lifted_n = models.BigIntegerField(null=True)

    class Meta:
        db_table = "restriction_restriction"


class Opened(models.Model):
    """An emergency opening of a record, said beforehand; it owes a review (`access.reviewed.1`)."""

    key = models.CharField(max_length=32, primary_key=True)
    n = models.BigIntegerField()
    at = models.CharField(max_length=27)
    worker = models.CharField(max_length=32, db_index=True)
    agency = models.CharField(max_length=32)
    child = models.CharField(max_length=32)
    concern = models.CharField(max_length=32)
    reviewed_n = models.BigIntegerField(null=True)

    class Meta:
        db_table = "restriction_opened"
