from django.db import models


class Note(models.Model):
    """A note as it reads now: once for its own key, once for every child in it."""

    pk = models.CompositePrimaryKey("key", "note")
    key = models.CharField(max_length=32)
    note = models.CharField(max_length=32)
    n = models.BigIntegerField()
    text = models.TextField()
    urgent = models.BooleanField(null=True)
    is_struck = models.BooleanField(default=False)


class Promise(models.Model):
    """Something owed, until an entry ended it."""

    key = models.CharField(max_length=32, primary_key=True)
    made_n = models.BigIntegerField()
    kept_n = models.BigIntegerField(null=True)
    is_kept = models.BooleanField(default=False)
