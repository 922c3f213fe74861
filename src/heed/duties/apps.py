"""The place of duties in Django."""

from django.apps import AppConfig


class DutiesConfig(AppConfig):
    """What is owed, by whom and by when."""

    name = "heed.duties"
    label = "duties"

    def ready(self) -> None:
        """Register kinds, projectors and the tick's work."""
        from heed.record import erase, tick

        from . import entries  # noqa: F401  (registers its kinds)
        from .adopting import carry_out_approved, commence
        from .escalation import escalate
        from .moved import supersede
        from .project import register_projectors
        from .selectors import ended_by
        from .services import foresee
        from .telling import work

        register_projectors()
        tick.register("commencements", commence)
        tick.register("adoptions", carry_out_approved)  # first: what follows is by the law then in force
        tick.register("duties", escalate)
        tick.register("moved duties", supersede)
        tick.register("returned", work.take_back)
        tick.register("capacity", lambda by, now: {"shortfalls_told": foresee(by=by, now=now)})
        tick.register("telling", work.tell)  # last: letters of what was said before
        erase.register_ended(ended_by)
