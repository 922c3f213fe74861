"""Episodes as they read now, children as files number them, imports and agreements."""

from django.db import models


class Episode(models.Model):
    """One event of a child's journey, with what its entries say and both clocks: when it was, and when it was recorded.

    `started` and `ended` are local days; a visit or a review starts and ends on its day, and an open span has no end.
    """

    key = models.CharField(max_length=32, primary_key=True)
    child = models.CharField(max_length=32)
    agency = models.CharField(max_length=32)
    standard = models.CharField(max_length=20)
    kind = models.CharField(max_length=40)
    handle = models.CharField(max_length=32, db_index=True)
    started = models.CharField(max_length=10)
    ended = models.CharField(max_length=10)
    is_span = models.BooleanField()
    rank = models.SmallIntegerField()
    team = models.CharField(max_length=200)
    worker = models.CharField(max_length=200)
    import_key = models.CharField(max_length=32)
    moments = models.JSONField()
    first_n = models.BigIntegerField()
    last_n = models.BigIntegerField()
    recorded_at = models.CharField(max_length=27)
    changed_at = models.CharField(max_length=27)

    class Meta:
        db_table = "journey_episode"
        indexes = [
            models.Index(fields=["child", "started"], name="journey_episode_child"),
            models.Index(fields=["agency", "standard", "kind", "started"], name="journey_episode_kind"),
        ]


class KnownChild(models.Model):
    """An agency's number for a child in one standard."""

    key = models.CharField(max_length=32, primary_key=True)
    agency = models.CharField(max_length=32)
    standard = models.CharField(max_length=20)
    local_id = models.CharField(max_length=1_000)
    n = models.BigIntegerField()

    class Meta:
        db_table = "journey_known_child"
        indexes = [models.Index(fields=["agency", "standard", "local_id"], name="journey_known_child_id")]


class Agreement(models.Model):
    """An agreement under which an agency's files come in."""

    key = models.CharField(max_length=32, primary_key=True)
    agency = models.CharField(max_length=32)
    agreement = models.CharField(max_length=2_000)
    n = models.BigIntegerField()

    class Meta:
        db_table = "journey_agreement"


class Import(models.Model):
    """Files brought in by somebody; incomplete until `closed_n` is there."""

    key = models.CharField(max_length=32, primary_key=True)
    agency = models.CharField(max_length=32)
    standard = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, db_index=True)
    files = models.JSONField()
    names = models.JSONField()
    agreement = models.CharField(max_length=32)
    by = models.CharField(max_length=32)
    rows = models.BigIntegerField()
    opened_n = models.BigIntegerField()
    opened_at = models.CharField(max_length=27)
    closed_n = models.BigIntegerField(null=True)
    closed_at = models.CharField(max_length=27)
    counts = models.JSONField()
    told = models.JSONField()
    coverage = models.JSONField()
    rejects_files = models.JSONField()
    findings_files = models.JSONField()

    class Meta:
        db_table = "journey_import"
