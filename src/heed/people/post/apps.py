"""The post's place in Django."""

from django.apps import AppConfig


class PostConfig(AppConfig):
    """Letters to workers."""

    name = "heed.people.post"
    label = "post"

    def ready(self) -> None:
        """Register kinds, projectors and the writers of letters about an account."""
        from . import entries, writers  # noqa: F401  (registers kinds and writers)
        from .project import register_projectors

        register_projectors()
