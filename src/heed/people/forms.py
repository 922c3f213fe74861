"""Forms about agencies, teams, workers, roles and openings: they check shape; rules decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Agency
from .selectors import teams_of

ROLES: dict[str, Any] = {
    "reporter": _("Reporter: reports concerns and sees what became of their own"),
    "practitioner": _("Practitioner: works with children in a team"),
    "team_manager": _("Team manager: answers for a team"),
    "service_manager": _("Service manager: answers for several teams"),
    "director": _("Director: answers for the agency"),
    "board_member": _("Board member: sees figures, not records"),
    "scrutineer": _("Independent scrutineer: told last, from outside"),
    "inspector": _("Inspector"),
    "records_officer": _("Records officer: holds, erasures, retention"),
    "administrator": _("Administrator: manages accounts, reads no records"),
}
# Named posts: who owes what a clause asks of them. They open no record by themselves.
OFFICES: dict[str, Any] = {
    "access_guardian": _("Access guardian: reviews every emergency opening"),
    "accountable_officer": _("Accountable officer: answers for a service to those who commission it"),
    "action_owner": _("Owner of actions: completes what a meeting or a review asked for"),
    "agency_lead": _("Agency's safeguarding lead: reports to conferences, acts on threats"),
    "challenged_manager": _("Manager who is challenged: answers a professional challenge"),
    "chief_executive": _("Chief executive: told last within the agency"),
    "competent_authority": _("Competent authority: decides on people who may be trafficked"),
    "conference_chair": _("Conference chair: holds child protection conferences in time"),
    "employer": _("Employer's safeguarding lead: acts on an allegation against staff"),
    "front_door_manager": _("Front-door manager: decides on referrals and tells the referrer"),
    "health_lead": _("Designated health professional: health assessments of looked-after children"),
    "lead_partner": _("Lead partner: answers for one of the three safeguarding partners"),
    "lead_social_worker": _("Lead social worker: core groups and child protection plans"),
    "meeting_chair": _("Meeting chair: answers for a meeting and its minutes"),
    "meeting_secretary": _("Meeting secretary: writes minutes"),
    "missing_coordinator": _("Missing-children coordinator: return interviews, repeat episodes"),
    "next_level_manager": _("Next-level manager: answers an objection"),
    "officer_in_case": _("Officer in the case: investigates a crime against a child"),
    "panel_chair": _("Panel chair: answers for a panel's decisions"),
    "partnership_manager": _("Partnership manager: rapid reviews and the partnership's reports"),
    "personal_adviser": _("Personal adviser: keeps in touch with care leavers"),
    "police_crime_registrar": _("Police crime registrar: records what was disclosed as crime"),
    "police_designated_officer": _("Police designated officer: allegations against people who work with children"),
    "police_missing_lead": _("Police missing-persons lead: tells the council of a missing child"),
    "police_officer": _("Police officer: acts on a threat to a child"),
    "police_supervisor": _("Police supervisor: told when an officer's duty falls overdue"),
    "reviewing_officer": _("Independent reviewing officer: reviews of looked-after children"),
    "social_worker": _("Social worker: sees the child, assesses, visits"),
    "support_manager": _("Support manager: told when support falls overdue"),
    "support_worker": _("Support worker: support that outlives the case"),
}
# Roles that are held in a team.
TEAM_ROLES = ("practitioner", "team_manager")
TYPES: dict[str, Any] = {
    "council": _("Council"),
    "police": _("Police"),
    "health": _("Health"),
    "school": _("School"),
    "residential": _("Residential home"),
    "youth": _("Youth service"),
    "voluntary": _("Voluntary organisation"),
    "board": _("Safeguarding board"),
    "inspectorate": _("Inspectorate"),
}
STATES = [("", _("Working here")), ("left", _("Left")), ("all", _("Everybody"))]
ENDS = [("moved", _("Moved to other work")), ("withdrawn", _("It is withdrawn")), ("left", _("Left"))]


def role_words(code: str) -> Any:
    """Return a role or an office with what it is for."""
    return ROLES.get(code) or OFFICES.get(code, code)


def _reason(label: Any, hint: Any = "", most: int = 2_000) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, max_length=most, widget=forms.Textarea(attrs={"rows": 4}))


class ConfirmForm(forms.Form):
    """Nothing to fill in: one button."""


class AgencyForm(forms.Form):
    """An agency's name, type and numbers."""

    name = forms.CharField(label=_("Name"), max_length=200)
    type = forms.ChoiceField(label=_("Kind of agency"), choices=list(TYPES.items()))
    day_number = forms.CharField(
        label=_("Number by day"), max_length=40, required=False, help_text=_("Shown to everybody who reports.")
    )
    night_number = forms.CharField(label=_("Number out of hours"), max_length=40, required=False)


class TeamForm(forms.Form):
    """A team's name."""

    name = forms.CharField(label=_("Name of the team"), max_length=200)


class SearchForm(forms.Form):
    """A search among workers; it stands in the address."""

    says_optional = False

    q = forms.CharField(label=_("Name or e-mail"), max_length=200, required=False)
    state = forms.ChoiceField(label=_("Who"), choices=STATES, required=False)


class InviteForm(forms.Form):
    """Somebody new: who she is, where she works, where her link goes."""

    name = forms.CharField(label=_("Full name"), max_length=200)
    email = forms.EmailField(
        label=_("Work e-mail address"),
        max_length=254,
        help_text=_("A one-time link is sent there, good for 24 hours. You do not see it."),
    )
    profession = forms.CharField(label=_("Profession"), max_length=60, required=False)
    place = forms.ChoiceField(label=_("Agency and team"))

    def __init__(self, *args: Any, agencies: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _places(self, agencies)


class RoleForm(forms.Form):
    """A role to propose, and where it is held."""

    role = forms.ChoiceField(label=_("Role"), choices=list(ROLES.items()), widget=forms.RadioSelect)
    place = forms.ChoiceField(
        label=_("Agency and team"), help_text=_("A practitioner and a team manager hold their role in a team.")
    )

    def __init__(self, *args: Any, agencies: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _places(self, agencies)

    def clean(self) -> dict[str, Any]:
        """Ask for a team where the role is held in one."""
        cleaned = super().clean() or {}
        if cleaned.get("role") in TEAM_ROLES and cleaned.get("place", "").endswith(":"):
            self.add_error("place", _("This role is held in a team: choose one"))
        return cleaned


class OfficeForm(forms.Form):
    """An office to propose, and where it is held."""

    role = forms.ChoiceField(label=_("Office"), choices=[("", _("Choose an office")), *OFFICES.items()])
    place = forms.ChoiceField(
        label=_("Agency and team"), help_text=_("Choose a team only where each team has such a post of its own.")
    )

    def __init__(self, *args: Any, agencies: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _places(self, agencies)


class EndRoleForm(forms.Form):
    """Why a role ends."""

    why = forms.ChoiceField(label=_("Why does it end?"), choices=ENDS, widget=forms.RadioSelect)


class ResetForm(forms.Form):
    """How it was made sure that it is she who asks."""

    reason = _reason(
        _("How do you know who is asking?"),
        _("For example: came in person and showed an identity card. A telephone call is not enough."),
        most=1_000,
    )


class AnswerForm(forms.Form):
    """Yes or no, by the second person."""

    answer = forms.ChoiceField(
        label=_("Should the second factor be forgotten?"),
        choices=[("agree", _("Yes, I agree")), ("refuse", _("No, I refuse"))],
        widget=forms.RadioSelect,
    )


def _places(form: forms.Form, agencies: set[str]) -> None:
    """Offer each agency, and each team in it, as `agency:team`."""
    choices: list[tuple[str, str]] = []
    for agency in Agency.objects.filter(key__in=agencies).order_by("name"):
        choices.append((f"{agency.key}:", agency.name))
        choices += [(f"{agency.key}:{team.key}", f"{agency.name}: {team.name}") for team in teams_of(agency.key)]
    field = form.fields["place"]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
