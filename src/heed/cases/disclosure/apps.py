"""The disclosure slice's place in Django."""

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    """Subject access and retention."""

    name = "heed.cases.disclosure"
    label = "disclosure"

    def ready(self) -> None:
        """Register kinds."""
        from . import entries  # noqa: F401  (registers its kinds)
