"""The record's place in Django."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """The ledger and its tables; no table here is written by anything but `ledger`, `erase` and the projectors."""

    name = "heed.record"
    label = "record"

    def ready(self) -> None:
        """Register the record's kinds and projectors."""
        from . import entries  # noqa: F401  (registers its kinds)
        from .project_own import register_projectors

        register_projectors()
