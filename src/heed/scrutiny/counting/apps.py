"""The counting slice's place in Django."""

from django.apps import AppConfig


class CountingConfig(AppConfig):
    """Counting definitions and published figures."""

    name = "heed.scrutiny.counting"
    label = "counting"

    def ready(self) -> None:
        """Register kinds and projectors."""
        from . import entries  # noqa: F401  (registers its kinds)
        from .project import register_projectors

        register_projectors()
