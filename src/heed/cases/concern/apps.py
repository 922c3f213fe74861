"""The concern slice's place in Django."""

from django.apps import AppConfig


class ConcernConfig(AppConfig):
    """A concern that must be answered."""

    name = "heed.cases.concern"
    label = "concern"

    def ready(self) -> None:
        """Register kinds and projectors."""
        from heed.duties.leads import register_leads
        from heed.duties.selectors import register_kept

        from . import entries  # noqa: F401  (registers its kinds)
        from .leads import leads
        from .project import register_projectors
        from .selectors import kept_duties

        register_projectors()
        register_kept(kept_duties)
        register_leads(leads)
