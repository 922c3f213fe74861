"""Services about accounts: inviting somebody, a new link, a lost second factor. Accounts themselves are no part of the
record; who had a link sent and who had a second factor forgotten is."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db.models import Q

from heed.entry.keys import new_key
from heed.entry.kinds import Kind
from heed.lib.errors import Answered
from heed.record.ledger import append, writing
from heed.record.model import NOW, By, Draft

from . import rules
from .confirming import check_reset
from .entries import LinkSent, ResetAgreed, ResetAsked, ResetRefused
from .models import Account, Reset, Worker
from .post.letters import make_letter
from .post.rules import an_address_belongs_to_one_account
from .selectors import may_administer
from .services import joining


def invite(*, by: By, agency: str, team: str, name: str, email: str, now: datetime, profession: str = "") -> str:
    """Record that somebody works for an agency, make her account and send her a one-time link; return her key.

    The link goes to her address and is shown to nobody else: an administrator signs in as nobody.
    """
    worker = new_key()
    with writing() as head:
        joins = joining(by=by, agency=agency, team=team, name=name, profession=profession, key=worker)
        users = get_user_model().objects.filter(Q(email__iexact=email) | Q(username__iexact=email))
        an_address_belongs_to_one_account(taken=users.exists())
        append(head, joins, _about(LinkSent, worker), by=by)
        user = User(username=email, email=email, first_name=name[:150])
        user.set_unusable_password()
        user.save()
        Account.objects.create(user=user, worker=worker)
        make_letter(worker, (), now, "enrolment")
    return worker


def send_link(*, by: By, worker: str, now: datetime) -> None:
    """Send a worker a new one-time link, to set her password anew; her second factor stays."""
    with writing() as head:
        row = _worker(worker)
        rules.an_agency_s_people_are_managed_by_its_administrators(
            administers=may_administer(by.actor), agency=row.agency
        )
        if not Account.objects.filter(worker=worker, user__is_active=True).exists():
            raise Answered("She has no account; invite her.")
        append(head, _about(LinkSent, worker), by=by)
        make_letter(worker, (), now, "enrolment")


def ask_reset(*, by: By, worker: str, reason: str) -> None:
    """Ask that a worker's second factor be forgotten, saying how it was made sure that it is she who asks."""
    with writing() as head:
        row = _worker(worker)
        rules.an_agency_s_people_are_managed_by_its_administrators(
            administers=may_administer(by.actor), agency=row.agency
        )
        if Reset.objects.filter(key=worker, answered_n=None).exists():
            raise Answered("This is asked already; a second person must answer.")
        append(head, _about(ResetAsked, worker, reason), by=by)


def agree_reset(*, by: By, worker: str) -> None:
    """Agree, as the second person: her second factor is forgotten, and she sets up a new one when she signs in."""
    _answer_reset(ResetAgreed, by=by, worker=worker)


def refuse_reset(*, by: By, worker: str) -> None:
    """Refuse, as the second person, that her second factor be forgotten."""
    _answer_reset(ResetRefused, by=by, worker=worker)


def _answer_reset(kind: Kind, *, by: By, worker: str) -> None:
    with writing() as head:
        row = Reset.objects.filter(key=worker, answered_n=None).first()
        if row is None:
            raise Answered("Nobody has asked for this, or it is answered.")
        check_reset(by.actor, row)
        append(head, _about(kind, worker), by=by)
        if kind is ResetAgreed:
            Authenticator.objects.filter(user__account__worker=worker).delete()


def _worker(key: str) -> Worker:
    row = Worker.objects.filter(key=key, left_n=None).first()
    if row is None:
        raise Answered("There is no such worker.")
    return row


def _about(kind: Kind, worker: str, reason: str = "") -> Draft:
    words = {"reason": reason} if reason else {}
    return Draft(kind=kind, subject=worker, words=words, refs={"worker": [worker]}, occurred_at=NOW)
