"""Lines and letters that wait (working tables), and what the record says of letters and addresses (read tables)."""

from django.db import models


class Line(models.Model):
    """One thing to tell one person, once; in no letter yet while `letter` is empty (a working table)."""

    worker = models.CharField(max_length=32)
    occasion = models.CharField(max_length=20)
    reference = models.CharField(max_length=80)
    about = models.JSONField(default=list)  # the keys that it concerns, for the entry
    is_urgent = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    letter = models.CharField(max_length=32, default="", db_index=True)

    class Meta:
        db_table = "post_line"
        constraints = [models.UniqueConstraint(fields=["worker", "occasion", "reference"], name="post_line_once")]


class Letter(models.Model):
    """A letter and how far it is (a working table). Its key is its Message-ID too: a second copy is known as one."""

    key = models.CharField(max_length=32, primary_key=True)
    worker = models.CharField(max_length=32, db_index=True)
    writer = models.CharField(max_length=20)
    address = models.CharField(max_length=254, default="")  # where it is not the account's own
    made_at = models.DateTimeField()
    tries = models.IntegerField(default=0)
    next_at = models.DateTimeField(null=True)  # None once it is sent, failed or has nothing left to say
    state = models.CharField(max_length=10, default="waiting")  # waiting, sent, failed, bounced, moot

    class Meta:
        db_table = "post_letter"
        indexes = [models.Index(fields=["state", "next_at"], name="post_letter_next")]


class Notice(models.Model):
    """That somebody was told, and what became of it; owned by the worker's key."""

    pk = models.CompositePrimaryKey("key", "notice")
    key = models.CharField(max_length=32)
    notice = models.CharField(max_length=32, db_index=True)
    n = models.BigIntegerField()
    at = models.CharField(max_length=27)
    outcome = models.CharField(max_length=10)  # sent, failed, bounced
    status = models.CharField(max_length=12)
    occasions = models.JSONField()
    lines = models.IntegerField()

    class Meta:
        db_table = "post_notice"


class Address(models.Model):
    """Whether a worker's address takes letters, as far as the record knows."""

    key = models.CharField(max_length=32, primary_key=True)
    failed_n = models.BigIntegerField(null=True)
    failed_at = models.CharField(max_length=27)
    status = models.CharField(max_length=12)
    confirmed_n = models.BigIntegerField(null=True)
    is_failing = models.BooleanField(db_index=True)

    class Meta:
        db_table = "post_address"
