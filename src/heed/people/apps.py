"""People's place in Django."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Agencies, teams, workers, grants, children."""

    name = "heed.people"
    label = "people"

    def ready(self) -> None:
        """Register kinds and projectors."""
        from . import entries  # noqa: F401  (registers its kinds)
        from .project import register_projectors

        register_projectors()
