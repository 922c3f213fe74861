"""Read tables about agencies, teams, workers, grants and children; and the account that a worker signs in with."""

from django.conf import settings
from django.db import models


class Agency(models.Model):
    """An agency that takes part."""

    key = models.CharField(max_length=32, primary_key=True)
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=20)
    day_number = models.CharField(max_length=40)
    night_number = models.CharField(max_length=40)

    class Meta:
        db_table = "people_agency"


class Team(models.Model):
    """A team of an agency."""

    key = models.CharField(max_length=32, primary_key=True)
    agency = models.CharField(max_length=32, db_index=True)
    name = models.CharField(max_length=200)

    class Meta:
        db_table = "people_team"


class Worker(models.Model):
    """Somebody who works for an agency; `left_n` once she has left."""

    key = models.CharField(max_length=32, primary_key=True)
    agency = models.CharField(max_length=32, db_index=True)
    team = models.CharField(max_length=32, db_index=True)
    name = models.CharField(max_length=200)
    profession = models.CharField(max_length=60)
    left_n = models.BigIntegerField(null=True)

    class Meta:
        db_table = "people_worker"


class Grant(models.Model):
    """A role that a worker holds, from its confirmation until it ended; owned by the worker's key."""

    pk = models.CompositePrimaryKey("key", "grant")
    key = models.CharField(max_length=32)
    grant = models.CharField(max_length=32, db_index=True)
    role = models.CharField(max_length=30)
    agency = models.CharField(max_length=32)
    team = models.CharField(max_length=32)
    proposed_n = models.BigIntegerField()
    proposed_by = models.CharField(max_length=32)
    confirmed_n = models.BigIntegerField(null=True)
    confirmed_at = models.CharField(max_length=27)
    ended_n = models.BigIntegerField(null=True)
    ended_at = models.CharField(max_length=27)

    class Meta:
        db_table = "people_grant"
        indexes = [models.Index(fields=["role", "agency", "team"], name="people_grant_role")]


class Reset(models.Model):
    """That a worker's second factor is asked to be forgotten, until a second person has answered."""

    key = models.CharField(max_length=32, primary_key=True)
    asked_n = models.BigIntegerField()
    asked_at = models.CharField(max_length=27)
    asked_by = models.CharField(max_length=32)
    reason = models.TextField()
    answered_n = models.BigIntegerField(null=True)

    class Meta:
        db_table = "people_reset"


class Child(models.Model):
    """An agency's record of a child as it reads now."""

    key = models.CharField(max_length=32, primary_key=True)
    agency = models.CharField(max_length=32)
    name = models.CharField(max_length=200)
    search = models.CharField(max_length=500, db_index=True)
    born = models.CharField(max_length=10)
    sex = models.CharField(max_length=10)
    ethnicity = models.CharField(max_length=4)
    recorded_n = models.BigIntegerField()

    class Meta:
        db_table = "people_child"


class Account(models.Model):
    """Which worker a sign-in belongs to (a working table)."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True)
    worker = models.CharField(max_length=32, unique=True)
    wants_digest = models.BooleanField(default=False)

    class Meta:
        db_table = "people_account"
