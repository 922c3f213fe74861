"""What somebody was told, and whether letters reach her."""

from dataclasses import dataclass

from django.db.models import QuerySet

from heed.people.models import Account

from .models import Address, Notice


@dataclass(frozen=True)
class Reach:
    """How letters reach a worker now."""

    email: str
    wants_digest: bool
    address: Address | None

    @property
    def is_failing(self) -> bool:
        """Whether her address takes no letters."""
        return self.address is not None and self.address.is_failing


def reach_of(worker: str) -> Reach | None:
    """Return how letters reach a worker, None for one without an account."""
    account = Account.objects.select_related("user").filter(worker=worker).first()
    if account is None:
        return None
    return Reach(account.user.email, account.wants_digest, Address.objects.filter(key=worker).first())


def notices_of(worker: str) -> QuerySet[Notice]:
    """Return the letters to a worker that are on the record, newest first."""
    return Notice.objects.filter(key=worker).order_by("-n")
