"""What letters about an account say. Their links are made as they are sent, so no secret waits in a table."""

from datetime import datetime

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from heed.people.enrolment import make_enrolment_link
from heed.people.models import Account

from .letters import Words, register
from .models import Letter, Line

_SALT = "heed.people.post.address"
LINK_LIVES = 24 * 3_600  # seconds; as an enrolment link (issue 3, item 1)


def enrolment(letter: Letter, lines: list[Line], now: datetime) -> tuple[Words, list[Line]] | None:
    """Say that an account is waiting, with its one-time link."""
    account = Account.objects.select_related("user").filter(worker=letter.worker, user__is_active=True).first()
    if account is None:
        return None
    words = Words(
        subject=_("Heed: set up your account"),
        opening=_("An administrator of your agency made an account for you. The link works once, for 24 hours."),
        path=make_enrolment_link(account.user),
        link=_("Set your password and second factor"),
        closing=_("If you did not expect this, tell your agency's administrator and do not open the link."),
    )
    return words, lines


def address(letter: Letter, lines: list[Line], now: datetime) -> tuple[Words, list[Line]] | None:
    """Ask whoever reads the new address to open a link."""
    account = Account.objects.select_related("user").filter(worker=letter.worker, user__is_active=True).first()
    if account is None:
        return None
    token = signing.dumps([letter.worker, letter.address, account.user.email], salt=_SALT)
    words = Words(
        subject=_("Heed: confirm your address"),
        opening=_("Letters from Heed are to come to this address. Open the link to confirm it, within 24 hours."),
        path=reverse("confirm_address", args=[token]),
        link=_("Confirm this address"),
        closing=_("If you did not expect this, do nothing."),
    )
    return words, lines


def address_asked(letter: Letter, lines: list[Line], now: datetime) -> tuple[Words, list[Line]]:
    """Tell the address in use that another is to replace it."""
    words = Words(
        subject=_("Heed: your address is to change"),
        opening=_("Somebody asked that your letters from Heed go to another address."),
        path=reverse("telling"),
        link=_("See how you are told"),
        closing=_("If that is not right, tell your agency's administrator today."),
    )
    return words, lines


def read_token(token: str) -> tuple[str, str] | None:
    """Return worker and address of a link that holds; None for one that is too old, used, or not ours."""
    try:
        worker, email, was = signing.loads(token, salt=_SALT, max_age=LINK_LIVES)
    except signing.BadSignature:
        return None
    current = Account.objects.filter(worker=worker, user__is_active=True).values_list("user__email", flat=True).first()
    return (worker, email) if current == was else None


register("enrolment", enrolment)
register("address", address)
register("address_asked", address_asked)
