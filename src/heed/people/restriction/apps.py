"""The place of restricted records in Django."""

from django.apps import AppConfig


class RestrictionConfig(AppConfig):
    """Records that only named workers see, and emergency openings."""

    name = "heed.people.restriction"
    label = "restriction"

    def ready(self) -> None:
        """Register kinds and projectors."""
        from . import entries  # noqa: F401  (registers its kinds)
        from .project import register_projectors

        register_projectors()
