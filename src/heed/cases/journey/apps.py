"""The journey slice's place in Django."""

from django.apps import AppConfig


class JourneyConfig(AppConfig):
    """What imports bring: the child's journey."""

    name = "heed.cases.journey"
    label = "journey"

    def ready(self) -> None:
        """Register kinds and projectors."""
        from . import entries  # noqa: F401  (registers its kinds)
        from .project import register_projectors

        register_projectors()
