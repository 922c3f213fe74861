"""The pages' place in Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Frame, account pages, drafts; its tables are working tables and never part of the record."""

    name = "heed.web"
    label = "web"

    def ready(self) -> None:
        """Declare every kind, also those that no slice writes yet; let every tick forget old drafts and sessions."""
        from datetime import datetime
        from typing import Any

        from heed.cli.declared import declared
        from heed.record.model import By
        from heed.record.tick import register

        declared()

        def tidy(by: By, now: datetime) -> dict[str, Any]:
            from django.contrib.sessions.models import Session

            from .drafts import forget_old

            ended = Session.objects.filter(expire_date__lt=now).delete()[0]
            return {"drafts": forget_old(now), "sessions": ended}

        register("web", tidy)
