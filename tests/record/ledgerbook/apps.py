"""A slice in miniature: notes about a subject, and promises that a later entry keeps."""

from django.apps import AppConfig


class LedgerbookConfig(AppConfig):
    name = "record.ledgerbook"
    label = "ledgerbook"

    def ready(self) -> None:
        from . import entries  # noqa: F401
        from .project import register_projectors

        register_projectors()
