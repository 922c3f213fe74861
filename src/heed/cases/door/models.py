"""Doors as they stand now, and the digests of the codes given there."""

from django.db import models


class Door(models.Model):
    """A door; `closed_n` once it takes no more reports."""

    key = models.CharField(max_length=32, primary_key=True)
    name = models.CharField(max_length=200)
    agency = models.CharField(max_length=32)
    team = models.CharField(max_length=32)
    emergency = models.CharField(max_length=20)
    leave_to = models.CharField(max_length=300)
    numbers = models.JSONField()
    closed_n = models.BigIntegerField(null=True)

    class Meta:
        db_table = "door_door"


class Code(models.Model):
    """That a concern's reporter can come back; owned by the concern's key. The digest goes with the entry's facts."""

    key = models.CharField(max_length=32, primary_key=True)
    digest = models.CharField(max_length=64, db_index=True)
    door = models.CharField(max_length=32)

    class Meta:
        db_table = "door_code"
