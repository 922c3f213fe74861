"""Forms of the journey slice: what a list is filtered by, and as of which day it is read."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heed.returns import STANDARDS

from .spans import STATUSES

STATUS_WORDS: dict[str, Any] = {
    "looked_after": _("Looked after"),
    "protection_plan": _("Child protection plan"),
    "need_plan": _("Child in need plan"),
    "assessment": _("Open assessment"),
    "in_need": _("Open referral or enquiry"),
    "early_help": _("Early help"),
}
STANDARD_WORDS: dict[str, Any] = {
    "ssda903": _("SSDA903 return"),
    "cin": _("Children in need census"),
    "annex-a": _("Ofsted Annex A"),
    "ssd": _("Standard Safeguarding Dataset"),
    "concerns": _("List of concerns"),
}
PART_WORDS: dict[str, Any] = {
    "due": _("All"),
    "met_in_time": _("Met in time"),
    "met_late": _("Met late"),
    "overdue": _("Overdue"),
    "open_in_time": _("Open, not yet due"),
    "declined": _("Not needed"),
    "ceased": _("Ceased"),
    "undecided": _("Undecided"),
    "not_testable": _("Not testable"),
}
ANY = [("", _("Any"))]


def _day(label: Any, hint: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label, help_text=hint, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class CohortForm(forms.Form):
    """What the list of children is narrowed by."""

    as_of = _day(_("As of"), _("The day on which the episodes were open."))
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[*ANY, *((name, STATUS_WORDS[name]) for name in STATUSES)]
    )
    team = forms.CharField(label=_("Team"), required=False, max_length=200)
    standard = forms.ChoiceField(label=_("Came with"), required=False, choices=[*ANY, *STANDARD_WORDS.items()])


class ChronologyForm(forms.Form):
    """By which clocks a chronology is read."""

    as_of = _day(_("What had happened by"), _("Leaves out what is said to have happened later."))
    known_at = _day(_("What was recorded by"), _("Leaves out what was recorded later."))


class DutiesForm(forms.Form):
    """For which day clauses are judged, and by what was recorded when."""

    as_of = _day(_("As of"), _("What had been done by the end of that day."))
    known_at = _day(_("Known at"), _("By what was recorded until then; imported history is known from its import."))


class GapForm(forms.Form):
    """Of which standards the gaps are asked."""

    standard = forms.MultipleChoiceField(
        label=_("Standards, taken together"),
        required=False,
        choices=list(STANDARD_WORDS.items()),
        widget=forms.CheckboxSelectMultiple,
    )


assert STANDARD_WORDS.keys() == STANDARDS.keys()
