"""Working tables of the pages: never part of the record, never rebuilt (`record/working_tables.py` lists them)."""

from django.conf import settings
from django.db import models


class CacheRow(models.Model):
    """The database cache, in the columns that Django's backend reads; a model, so that a migration makes it."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "web_cache"


class Draft(models.Model):
    """What somebody typed and has not sent: encrypted, its author's alone, gone after seven days."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    form = models.CharField(max_length=80)
    sealed = models.BinaryField()
    saved_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "web_draft"
        constraints = [models.UniqueConstraint(fields=["author", "form"], name="web_draft_one")]
