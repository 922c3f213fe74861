"""Putting on the record what became of a letter and of an address; each marks the letter in the same transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.db.models import Q

from heed.entry.kinds import Kind
from heed.lib.errors import Answered
from heed.people.models import Account, Worker
from heed.people.selectors import administers
from heed.record.ledger import Head, append, writing
from heed.record.model import NOW, By, Draft

from . import rules
from .entries import MOST_ABOUT, AddressAsked, AddressConfirmed, AddressFailed, NoticeBounced, NoticeFailed, NoticeSent
from .letters import make_letter
from .models import Address, Letter, Line

EMAIL = "email"


def record_sent(*, by: By, letter: Letter, lines: Sequence[Line]) -> None:
    """Record that a mail server took a letter."""
    facts = {**_facts(letter, lines), "tries": letter.tries}
    with writing() as head:
        append(head, _draft(NoticeSent, letter, facts, lines), by=by)
        _mark(letter, "sent")


def record_failed(*, by: By, letter: Letter, lines: Sequence[Line], status: str, for_good: bool) -> None:
    """Record that a letter is given up, and that the address fails."""
    facts = {**_facts(letter, lines), "tries": letter.tries, "status": status, "for_good": for_good}
    with writing() as head:
        append(head, _draft(NoticeFailed, letter, facts, lines), by=by)
        _fail_address(head, by, letter, status)
        _mark(letter, "failed")


def record_bounced(*, by: By, letter: str, status: str) -> bool:
    """Record that a letter came back and that its address fails; False for one that we did not send, or know already.

    A letter to an address that was only to be confirmed says nothing of the one in use.
    """
    with writing() as head:
        row = Letter.objects.filter(key=letter, state__in=("sent", "waiting")).first()
        if row is None:
            return False
        append(head, _draft(NoticeBounced, row, {"channel": EMAIL, "status": status}, ()), by=by)
        _fail_address(head, by, row, status)
        _mark(row, "bounced")
    return True


def ask_address(*, by: By, worker: str, email: str, now: datetime) -> None:
    """Send a link to a new address, and word of it to the one in use; nothing changes until the link is opened."""
    with writing() as head:
        account = _account(worker)
        rules.an_address_is_changed_by_its_owner_or_an_administrator(
            actor=by.actor, worker=worker, agency=_agency(worker), administers=administers(by.actor)
        )
        rules.an_address_belongs_to_one_account(taken=_is_taken(email, account))
        append(head, _about_address(AddressAsked, worker), by=by)
        make_letter(worker, (), now, "address", email)
        if email.lower() != account.user.email.lower():
            make_letter(worker, (), now, "address_asked")


def confirm_address(*, by: By, email: str) -> None:
    """Let a worker's letters go to an address whose link she opened; what could not reach her is told once more."""
    with writing() as head:
        account = _account(by.actor)
        rules.an_address_belongs_to_one_account(taken=_is_taken(email, account))
        append(head, _about_address(AddressConfirmed, by.actor), by=by)
        user = account.user
        if user.username == user.email:
            user.username = email
        user.email = email
        user.save(update_fields=["email", "username"])
        EmailAddress.objects.filter(user=user).delete()  # allauth's copy; sign-in falls back to the account's own
        returned = Letter.objects.filter(worker=by.actor, state__in=("failed", "bounced")).values("key")
        Line.objects.filter(letter__in=returned).update(letter="")


def _account(worker: str) -> Account:
    row = Account.objects.select_related("user").filter(worker=worker).first()
    if row is None:
        raise Answered("There is no such account.")
    return row


def _agency(worker: str) -> str:
    return Worker.objects.filter(key=worker, left_n=None).values_list("agency", flat=True).first() or ""


def _is_taken(email: str, account: Account) -> bool:
    users = get_user_model().objects.exclude(pk=account.user_id)
    return users.filter(Q(email__iexact=email) | Q(username__iexact=email)).exists()


def _about_address(kind: Kind, worker: str) -> Draft:
    return Draft(kind=kind, subject=worker, facts={"channel": EMAIL}, refs={"worker": [worker]}, occurred_at=NOW)


def _fail_address(head: Head, by: By, letter: Letter, status: str) -> None:
    """Record that the address in use fails, unless that is known."""
    worker = Worker.objects.filter(key=letter.worker, left_n=None).first()
    known = Address.objects.filter(key=letter.worker, is_failing=True).exists()
    if worker is None or known or letter.address:
        return
    draft = Draft(
        kind=AddressFailed,
        subject=worker.key,
        facts={"channel": EMAIL, "status": status},
        refs={"worker": [worker.key], "agency": [worker.agency]},
        occurred_at=NOW,
    )
    append(head, draft, by=by)


def _facts(letter: Letter, lines: Sequence[Line]) -> dict[str, Any]:
    occasions = sorted({line.occasion for line in lines}) or [letter.writer.partition("_")[0]]
    return {"channel": EMAIL, "occasions": occasions, "lines": len(lines)}


def _draft(kind: Kind, letter: Letter, facts: dict[str, Any], lines: Sequence[Line]) -> Draft:
    about = sorted({key for line in lines for key in line.about})[:MOST_ABOUT]
    refs = {"told": [letter.worker], "about": about}
    return Draft(kind=kind, subject=letter.key, facts=facts, refs=refs, occurred_at=NOW)


def _mark(letter: Letter, state: str) -> None:
    Letter.objects.filter(pk=letter.pk).update(state=state, next_at=None, tries=letter.tries)
