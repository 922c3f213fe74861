"""The door slice's place in Django."""

from django.apps import AppConfig


class DoorConfig(AppConfig):
    """Reports without an account."""

    name = "heed.cases.door"
    label = "door"

    def ready(self) -> None:
        """Register kinds and projectors."""
        from . import entries  # noqa: F401  (registers its kinds)
        from .project import register_projectors

        register_projectors()
