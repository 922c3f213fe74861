"""Definitions as adopted, and figures as proposed and published; the whole answer is read from the entry itself."""

from django.db import models


class CountingDefinition(models.Model):
    """One version of a counting's definition; owned by the counting's key."""

    pk = models.CompositePrimaryKey("key", "n")
    key = models.CharField(max_length=32)
    n = models.BigIntegerField(db_index=True)
    name = models.CharField(max_length=60, db_index=True)
    version = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    in_force_from = models.CharField(max_length=10)
    in_force_until = models.CharField(max_length=10)
    digest = models.CharField(max_length=64)
    text = models.TextField()
    adopted_at = models.CharField(max_length=27)
    adopted_by = models.CharField(max_length=32)

    class Meta:
        db_table = "counting_definition"


class Figure(models.Model):
    """One proposal of a figure and what became of it; owned by the figure's key (a counting on a day)."""

    pk = models.CompositePrimaryKey("key", "n")
    key = models.CharField(max_length=32)
    n = models.BigIntegerField(db_index=True)
    counting = models.CharField(max_length=32, db_index=True)
    action = models.CharField(max_length=10)
    as_of = models.CharField(max_length=10)
    known_at = models.CharField(max_length=27)
    query = models.JSONField()
    result = models.JSONField(null=True)
    stood = models.JSONField(null=True)
    stood_n = models.BigIntegerField(null=True)
    stood_as_of = models.CharField(max_length=10)
    old_rule = models.JSONField(null=True)
    old_query = models.JSONField(null=True)
    old_why = models.TextField()
    lowered = models.JSONField()
    evidence = models.JSONField()
    files = models.JSONField()
    made_with = models.CharField(max_length=400)
    reason = models.TextField()
    proposed_by = models.CharField(max_length=32)
    proposer_agency = models.CharField(max_length=32)
    proposed_at = models.CharField(max_length=27)
    published_n = models.BigIntegerField(null=True)
    published_at = models.CharField(max_length=27)
    signed_by = models.CharField(max_length=32)
    refused_n = models.BigIntegerField(null=True)
    refused_why = models.TextField()

    class Meta:
        db_table = "counting_figure"
        indexes = [models.Index(fields=["counting", "as_of", "published_n"], name="counting_stands")]
