"""Forms of the concern slice: they check shape; rules decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heed.people.models import Agency, Team

from .services import Report

SOURCES = [
    ("youth_worker", _("Youth worker")),
    ("residential_worker", _("Residential worker")),
    ("social_worker", _("Social worker")),
    ("teacher", _("Teacher or school staff")),
    ("school_nurse", _("School nurse")),
    ("health_visitor", _("Health visitor")),
    ("gp", _("GP")),
    ("hospital", _("Hospital")),
    ("police_officer", _("Police")),
    ("voluntary_worker", _("Voluntary organisation")),
    ("relative", _("Relative")),
    ("child", _("The child")),
    ("member_of_the_public", _("Member of the public")),
    ("other_professional", _("Another professional")),
    ("anonymous", _("Somebody who gave no name")),
]
HARMS = [
    ("sexual_exploitation", _("Sexual exploitation")),
    ("criminal_exploitation", _("Criminal exploitation")),
    ("trafficking", _("Moved to another place to be exploited")),
    ("abduction", _("Kept from home or care")),
    ("violence", _("Violence")),
    ("sexual_abuse", _("Sexual abuse")),
    ("neglect", _("Neglect")),
    ("other", _("Something else")),
]
DANGERS = [("yes", _("Yes")), ("no", _("No")), ("not_known", _("I do not know"))]
CALLED = [("999", _("999")), ("agency", _("An agency's number")), ("nobody", _("Nobody"))]
OUTCOMES = [
    ("no_further_action", _("No further action")),
    ("early_help", _("Early help")),
    ("assessment", _("Assessment")),
    ("strategy_discussion", _("Strategy discussion")),
]
POSITIONS = [("upheld", _("Upheld")), ("partly", _("Partly upheld")), ("not_upheld", _("Not upheld"))]


def _text(label: Any, *, rows: int = 5, hint: Any = "", needed: bool = True, error: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=needed,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": error or _("Write this, in a sentence or two.")},
    )


class ReportForm(forms.Form):
    """A report: what everybody can answer first, the rest optional, so that it takes under a minute."""

    what = _text(_("What do you know or worry about?"), hint=_("What you saw or were told, and when."))
    danger_today = forms.ChoiceField(
        label=_("Is the child in danger today?"), choices=DANGERS, widget=forms.RadioSelect
    )
    called = forms.ChoiceField(
        label=_("If there is danger today: who was called?"), choices=CALLED, widget=forms.RadioSelect, required=False
    )
    called_who = forms.CharField(label=_("Whom, and when?"), max_length=300, required=False)
    why_not = forms.CharField(label=_("If nobody: why not?"), max_length=2_000, required=False)
    source = forms.ChoiceField(label=_("Who are you, or who told you?"), choices=SOURCES)
    team = forms.ChoiceField(label=_("Which team must answer?"))
    child = forms.CharField(widget=forms.HiddenInput, required=False)
    harm = forms.MultipleChoiceField(
        label=_("What kind of harm, if you can say?"),
        choices=HARMS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    child_words = _text(
        _("The child's own words"), rows=3, hint=_("Only those who work with the child read this."), needed=False
    )
    allegation = _text(
        _("What is alleged about who did it"),
        rows=3,
        hint=_("An allegation, not a finding. Only the answering team reads this."),
        needed=False,
    )
    request = forms.CharField(widget=forms.HiddenInput, max_length=32)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agencies = dict(Agency.objects.values_list("key", "name"))
        teams = [(t.key, f"{agencies.get(t.agency, '')}: {t.name}") for t in Team.objects.order_by("agency", "name")]
        team = self.fields["team"]
        assert isinstance(team, forms.ChoiceField)
        team.choices = teams

    def report(self) -> Report:
        """Return the report that a valid form makes."""
        data = self.cleaned_data
        return Report(
            what=data["what"],
            source=data["source"],
            danger_today=data["danger_today"],
            team=data["team"],
            about="child" if data["child"] else "unnamed_child",
            children=(data["child"],) if data["child"] else (),
            harm=tuple(data["harm"]),
            child_words=data["child_words"],
            allegation=data["allegation"],
            called=data["called"],
            called_who=data["called_who"],
            why_not=data["why_not"],
        )


class SearchForm(forms.Form):
    """Search first: nobody browses children."""

    name = forms.CharField(label=_("The child's name"), max_length=200, required=False)


class WordsForm(forms.Form):
    """One text, for most things that people do about a concern."""

    words = _text(_("Say it here"))


class DecideForm(forms.Form):
    """What is to be done, and why; `seen` is the decision that stood when the page was opened."""

    outcome = forms.ChoiceField(label=_("What is to be done?"), choices=OUTCOMES, widget=forms.RadioSelect)
    words = _text(_("Why?"))
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class AnswerObjectionForm(forms.Form):
    """An answer to an objection."""

    position = forms.ChoiceField(label=_("Is the objection upheld?"), choices=POSITIONS, widget=forms.RadioSelect)
    words = _text(_("Your answer"))


class ConfirmForm(forms.Form):
    """Nothing to fill in: one button."""
