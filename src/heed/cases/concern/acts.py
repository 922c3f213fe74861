"""What people do about a concern, each declared once: who may, when it is due, which form, which service."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.utils.translation import gettext_lazy as _

from heed.people.restriction import services as restriction
from heed.people.restriction.models import Restriction
from heed.people.restriction.rules import SECOND
from heed.people.selectors import roles_of
from heed.record.model import By

from . import forms, selectors, services
from .models import Concern

Data = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Act:
    """One thing people do about a concern.

    `may` asks who somebody is (else the page does not exist for her), `is_due` how the concern stands (else a form that
    comes late is told what changed since). `call` gets who acts, the concern, the form's values and its request.
    """

    title: Any
    form: type[Form]
    may: Callable[[Concern, bool, By], bool]
    is_due: Callable[[Concern, By], bool] = lambda row, by: True
    call: Callable[[By, Concern, Data, str], Any]
    hint: Any = ""
    shows_numbers: bool = False
    searches: bool = False
    choices: Callable[[Concern], Data] = lambda row: {}


def _works(row: Concern, works: bool, by: By) -> bool:
    return works


def _takes_part(row: Concern, works: bool, by: By) -> bool:
    return works or row.reporter == by.actor


def _police(data: Data) -> Data:
    given = {name: data[name] for name in ("source_grade", "handling_code") if data[name]}
    return given | ({"police_origin": True} if data["police_origin"] else {})


def _call(by: By, row: Concern, data: Data, request: str) -> Any:
    return services.call(
        by=by,
        concern=row.key,
        whom=data["called"],
        who=data["called_who"],
        called_at=data["called_at"],
        why_not=data["why_not"],
        request=request,
    )


def _describe(by: By, row: Concern, data: Data, request: str) -> Any:
    return services.describe_suspect(
        by=by,
        concern=row.key,
        allegation=data["words"],
        ethnicity=data["ethnicity"],
        said_by=data["said_by"],
        request=request,
    )


def _decide(by: By, row: Concern, data: Data, request: str) -> Any:
    return services.decide(
        by=by,
        concern=row.key,
        outcome=data["outcome"],
        reason=data["words"],
        seen=data["seen"],
        request=request,
    )


def _correct(by: By, row: Concern, data: Data, request: str) -> Any:
    return services.correct(
        by=by,
        concern=row.key,
        report=data["report"],
        reason=data["reason"],
        seen=data["seen"],
        request=request,
    )


def _move(by: By, row: Concern, data: Data, request: str) -> Any:
    return services.move(
        by=by, concern=row.key, wrong=data["wrong"], right=data["right"], reason=data["words"], request=request
    )


def _restrict(by: By, row: Concern, data: Data, request: str) -> Any:
    target = {"concern": row.key} if data["what"] == "concern" else {"child": data["what"]}
    return restriction.propose(by=by, workers=data["workers"], reason=data["words"], request=request, **target)


def _second(row: Concern, works: bool, by: By) -> bool:
    return works and bool(SECOND & roles_of(by.actor))


def _proposed(row: Concern, by: By) -> Restriction | None:
    """Return a restriction that waits for a second person other than this one."""
    rows = [r for r in selectors.restrictions(row) if r.agreed_n is None and r.proposed_by != by.actor]
    return rows[0] if rows else None


def _held(row: Concern, by: By, *, asked: bool) -> Restriction | None:
    """Return a restriction in force whose end somebody else has asked for, or nobody has yet."""
    rows = [r for r in selectors.restrictions(row) if r.agreed_n is not None]
    rows = [r for r in rows if bool(r.lift_proposed_by) == asked and r.lift_proposed_by != by.actor]
    return rows[0] if rows else None


def _key(row: Restriction | None) -> str:
    return row.key if row else ""


ACTS: dict[str, Act] = {
    "acknowledge": Act(
        title=_("Acknowledge"),
        form=forms.ConfirmForm,
        may=_works,
        is_due=lambda row, by: row.acknowledged_n is None,
        call=lambda by, row, data, request: services.acknowledge(by=by, concern=row.key, request=request),
        hint=_("The reporter is told that your team has this concern and deals with it."),
    ),
    "safety": Act(
        title=_("Say that the child is safe today"),
        form=forms.WordsForm,
        may=_works,
        is_due=lambda row, by: row.danger_today == "yes",
        call=lambda by, row, data, request: services.see_to_safety(
            by=by, concern=row.key, how=data["words"], request=request
        ),
        hint=_("Who saw the child, when, and what was done."),
        shows_numbers=True,
    ),
    "called": Act(
        title=_("Say who was called"),
        form=forms.CallForm,
        may=_takes_part,
        is_due=lambda row, by: row.danger_today != "no",
        call=_call,
        shows_numbers=True,
    ),
    "add": Act(
        title=_("Add what you know"),
        form=forms.AddForm,
        may=_takes_part,
        call=lambda by, row, data, request: services.add_information(
            by=by, concern=row.key, what=data["words"], police=_police(data), request=request
        ),
    ),
    "decide": Act(title=_("Decide what is to be done"), form=forms.DecideForm, may=_works, call=_decide),
    "answer": Act(
        title=_("Answer the reporter"),
        form=forms.WordsForm,
        may=_works,
        is_due=lambda row, by: row.decided_n is not None,
        call=lambda by, row, data, request: services.answer_reporter(
            by=by, concern=row.key, answer=data["words"], request=request
        ),
        hint=_(
            "What was decided, as far as the reporter may know; never what the police told. Who reported without an "
            "account reads it with a code, perhaps with somebody beside them: write nothing that could harm a child."
        ),
    ),
    "suspect": Act(
        title=_("Write down what is alleged about somebody"),
        form=forms.SuspectForm,
        may=_takes_part,
        call=_describe,
        hint=_("It stands apart, and only the answering team reads it."),
    ),
    "correct": Act(
        title=_("Correct the report"),
        form=forms.CorrectForm,
        may=_takes_part,
        call=_correct,
        hint=_("What stands here now is below; change what is wrong. To file it under another child, move it."),
        shows_numbers=True,
        searches=True,
    ),
    "move": Act(
        title=_("Move it to the right child"),
        form=forms.MoveForm,
        may=_works,
        is_due=lambda row, by: bool(selectors.children_of(row.key)),
        call=_move,
        hint=_("Whoever sees only the child it was filed under in error no longer sees it, from this moment."),
        searches=True,
        choices=lambda row: {"filed": selectors.children_of(row.key)},
    ),
    "object": Act(
        title=_("Object to the decision"),
        form=forms.WordsForm,
        may=_takes_part,
        is_due=lambda row, by: row.decided_n is not None and row.decided_by != by.actor,
        call=lambda by, row, data, request: services.object_to(
            by=by, concern=row.key, why=data["words"], request=request
        ),
        hint=_("It goes one level up; who decided cannot answer it."),
    ),
    "withdrawal": Act(
        title=_("Say that the report was made in error"),
        form=forms.WordsForm,
        may=_takes_part,
        is_due=lambda row, by: not row.withdrawal_by,
        call=lambda by, row, data, request: services.ask_withdrawal(
            by=by, concern=row.key, reason=data["words"], request=request
        ),
        hint=_("A second person must agree. The report stays on the record, and nothing that is owed ends by it."),
    ),
    "withdraw": Act(
        title=_("Agree that the report was made in error"),
        form=forms.WordsForm,
        may=_works,
        is_due=lambda row, by: bool(row.withdrawal_by) and row.withdrawn_n is None and row.withdrawal_by != by.actor,
        call=lambda by, row, data, request: services.withdraw(
            by=by, concern=row.key, reason=data["words"], request=request
        ),
        hint=_("You are the second person. The report stays on the record, and nothing that is owed ends by it."),
    ),
    "restrict": Act(
        title=_("Restrict who sees this"),
        form=forms.RestrictForm,
        may=_works,
        is_due=lambda row, by: not selectors.restrictions(row),
        call=_restrict,
        choices=lambda row: {"filed": selectors.children_of(row.key), "workers": selectors.who_works_on(row)},
        hint=_("Nobody else finds it, and nothing tells them that it is there. A second person must agree."),
    ),
    "restrict-agree": Act(
        title=_("Agree to the restriction"),
        form=forms.WordsForm,
        may=_second,
        is_due=lambda row, by: _proposed(row, by) is not None,
        call=lambda by, row, data, request: restriction.agree(
            by=by, restriction=_key(_proposed(row, by)), reason=data["words"], request=request
        ),
        hint=_("You are the second person. If you are not named, you do not see this any more."),
    ),
    "restrict-decline": Act(
        title=_("Decline the restriction"),
        form=forms.WordsForm,
        may=_second,
        is_due=lambda row, by: _proposed(row, by) is not None,
        call=lambda by, row, data, request: restriction.decline(
            by=by, restriction=_key(_proposed(row, by)), reason=data["words"], request=request
        ),
    ),
    "lift": Act(
        title=_("Propose to lift the restriction"),
        form=forms.WordsForm,
        may=_works,
        is_due=lambda row, by: _held(row, by, asked=False) is not None,
        call=lambda by, row, data, request: restriction.propose_lift(
            by=by, restriction=_key(_held(row, by, asked=False)), reason=data["words"], request=request
        ),
        hint=_("A second person must agree."),
    ),
    "lift-agree": Act(
        title=_("Agree to lift the restriction"),
        form=forms.WordsForm,
        may=_second,
        is_due=lambda row, by: _held(row, by, asked=True) is not None,
        call=lambda by, row, data, request: restriction.lift(
            by=by, restriction=_key(_held(row, by, asked=True)), reason=data["words"], request=request
        ),
    ),
}


def offered(row: Concern, works: bool, by: By) -> list[tuple[str, Any]]:
    """Return the name and title of each act that this person may do now."""
    return [(name, act.title) for name, act in ACTS.items() if act.may(row, works, by) and act.is_due(row, by)]
