"""The concern slice's place in Django."""

from django.apps import AppConfig


class ConcernConfig(AppConfig):
    """A concern that must be answered."""

    name = "heed.cases.concern"
    label = "concern"

    def ready(self) -> None:
        """Register kinds and projectors."""
        from . import entries  # noqa: F401  (registers its kinds)
        from .project import register_projectors

        register_projectors()
