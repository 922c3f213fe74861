"""Forms of the concern slice: they check shape; rules decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from heed.entry.when import instant_text
from heed.people.entries import ETHNICITIES
from heed.people.models import Agency, Child, Team, Worker
from heed.record.model import Entry

from .reports import Report

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
# Nothing is chosen for anybody: a report that went to the wrong team costs more than one more key.
CHOOSE = ("", _("Choose"))
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
THREATS = [
    ("to_the_child", _("Threats to the child")),
    ("to_family", _("Threats to her family")),
    ("to_witness", _("Threats to somebody who saw it")),
    ("by_weapon", _("With a weapon")),
    ("online", _("Online, or with pictures")),
    ("none_known", _("No threats that I know of")),
]
ABOUTS = [
    ("unnamed_child", _("A child, named or not")),
    ("place", _("A place")),
    ("suspect", _("Somebody who may do harm")),
]
GRADES = [("1", _("1: reliable")), ("2", _("2: untested")), ("3", _("3: not reliable"))]
HANDLING = [("P", _("P: lawful sharing is permitted")), ("C", _("C: sharing is permitted with conditions"))]
ETHNICITY = [("", _("Not described")), *((code, code) for code in ETHNICITIES)]
ETHNICITY_BY = [
    ("", _("Not described")),
    ("child", _("The child")),
    ("witness", _("Somebody who saw it")),
    ("officer", _("A police officer")),
    ("self_defined", _("The person")),
    ("not_asked", _("Not asked")),
    ("refused", _("Refused")),
    ("not_known", _("Not known")),
]
EMERGENCIES = [
    ("danger_today", _("A child is in danger today")),
    ("court", _("A court asks now")),
    ("covering_a_colleague", _("I cover for a colleague who is away")),
    ("other", _("Something else")),
]
FINDINGS = [("right", _("Yes")), ("wrong", _("No")), ("unclear", _("It is not clear"))]
DANGERS = [("yes", _("Yes")), ("no", _("No")), ("not_known", _("I do not know"))]
CALLED = [("999", _("999")), ("agency", _("An agency's number")), ("nobody", _("Nobody"))]
OUTCOMES = [
    ("no_further_action", _("No further action")),
    ("early_help", _("Early help")),
    ("assessment", _("Assessment")),
    ("strategy_discussion", _("Strategy discussion")),
]
POSITIONS = [("upheld", _("Upheld")), ("partly", _("Partly upheld")), ("not_upheld", _("Not upheld"))]


def _text(
    label: Any, *, rows: int = 5, hint: Any = "", needed: bool = True, error: Any = "", most: int = 20_000
) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=needed,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": error or _("Write this, in a sentence or two.")},
    )


class Clock(forms.DateTimeField):
    """A day and time of the clock on the wall; the browser draws the picker."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def clean(self, value: Any) -> str:
        """Return the instant as the record writes it, empty when none was given."""
        found: datetime | None = super().clean(value)
        return instant_text(found.astimezone(UTC)) if found else ""


class Calendar(forms.DateField):
    """A day; the browser draws the picker."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def clean(self, value: Any) -> str:
        """Return the day as the record writes it, empty when none was given."""
        found: date | None = super().clean(value)
        return found.isoformat() if found else ""


@dataclass(frozen=True)
class Section:
    """Some fields under a heading that opens: `is_open` where something stands in one of them, or is wrong."""

    title: Any
    fields: list[BoundField]
    is_open: bool


class PoliceFields(forms.Form):
    """Whether it is police information, with its grades (the rule about them stands in `rules`)."""

    police_origin = forms.BooleanField(
        label=_("This is police information"),
        help_text=_("The reporter is never told it, and it enters no receipt, e-mail or published figure."),
        required=False,
    )
    source_grade = forms.ChoiceField(
        label=_("Source grade"), choices=[("", _("Not police information")), *GRADES], required=False
    )
    handling_code = forms.ChoiceField(
        label=_("Handling code"), choices=[("", _("Not police information")), *HANDLING], required=False
    )

    def police(self) -> dict[str, Any]:
        """Return the facts of police information; empty where it is none."""
        data = self.cleaned_data
        given = {name: data[name] for name in ("source_grade", "handling_code") if data[name]}
        return given | ({"police_origin": True} if data["police_origin"] else {})


class CalledFields(forms.Form):
    """Who was called about a danger, when, or why nobody was."""

    called = forms.ChoiceField(
        label=_("If there is danger today: who was called?"), choices=CALLED, widget=forms.RadioSelect, required=False
    )
    called_who = forms.CharField(label=_("Whom, and what did they say?"), max_length=300, required=False)
    called_at = Clock(label=_("When was the call?"), required=False)
    why_not = forms.CharField(label=_("If nobody: why not?"), max_length=2_000, required=False)


class ReportFields(CalledFields, PoliceFields):
    """What a report and its correction ask: what everybody can answer first, the rest in sections that open."""

    what = _text(
        _("What do you know or worry about?"),
        hint=_("What you saw or were told, and when."),
        error=_("Write what you know or worry about, in a sentence or two."),
    )
    danger_today = forms.ChoiceField(
        label=_("Is the child in danger today?"), choices=DANGERS, widget=forms.RadioSelect
    )
    source = forms.ChoiceField(label=_("Who are you, or who told you?"), choices=[CHOOSE, *SOURCES])
    child = forms.CharField(widget=forms.HiddenInput, required=False)
    about = forms.ChoiceField(
        label=_("What is the report about?"), choices=ABOUTS, widget=forms.RadioSelect, required=False
    )
    happened = Calendar(label=_("When did it happen?"), required=False)
    where = forms.CharField(
        label=_("Where?"), help_text=_("A place, an address, a website."), max_length=500, required=False
    )
    who_else = _text(
        _("Who else knows, or may be at risk?"),
        rows=2,
        hint=_("Also a child whom you cannot find here."),
        needed=False,
        most=2_000,
    )
    harm = forms.MultipleChoiceField(
        label=_("What kind of harm, if you can say?"),
        choices=HARMS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    threats = forms.MultipleChoiceField(
        label=_("Threats or control"), choices=THREATS, widget=forms.CheckboxSelectMultiple, required=False
    )
    threshold = forms.BooleanField(label=_("I think this is significant harm"), required=False)
    cross_border = forms.BooleanField(label=_("Another area is involved"), required=False)
    child_words = _text(
        _("The child's own words"), rows=3, hint=_("Only those who work with the child read this."), needed=False
    )
    allegation = _text(
        _("What is alleged about who did it"),
        rows=3,
        hint=_("An allegation, not a finding. Only the answering team reads this."),
        needed=False,
    )
    ethnicity_described = forms.ChoiceField(
        label=_("How their ethnicity was described"), choices=ETHNICITY, required=False
    )
    ethnicity_by = forms.ChoiceField(label=_("Described by whom"), choices=ETHNICITY_BY, required=False)

    FIRST: Sequence[str] = ("what", "danger_today")
    THEN: Sequence[str] = ("source", "team")
    SECTIONS: Sequence[tuple[Any, Sequence[str]]] = (
        (
            _("Say more, if you know it: when, where, what kind of harm"),
            (
                "about",
                "happened",
                "where",
                "who_else",
                "harm",
                "threats",
                "threshold",
                "cross_border",
            ),
        ),
        (
            _("What only the answering team reads: the child's own words, what is alleged"),
            (
                "child_words",
                "allegation",
                "ethnicity_described",
                "ethnicity_by",
            ),
        ),
        (_("If this is police information"), ("police_origin", "source_grade", "handling_code")),
    )

    # Fields that a report takes as they are.
    SAME: Sequence[str] = (
        "what",
        "source",
        "danger_today",
        "happened",
        "where",
        "who_else",
        "child_words",
        "allegation",
        "called",
        "called_at",
        "called_who",
        "why_not",
        "threshold",
        "cross_border",
        "ethnicity_described",
        "ethnicity_by",
    )

    @property
    def first(self) -> list[BoundField]:
        """The fields above the numbers to call."""
        return self._named(self.FIRST)

    @property
    def calls(self) -> list[BoundField]:
        """The fields beside the numbers to call."""
        return self._named(tuple(CalledFields.base_fields))

    @property
    def then(self) -> list[BoundField]:
        """The fields below them that everybody answers."""
        return self._named(self.THEN)

    @property
    def sections(self) -> list[Section]:
        """The sections that open."""
        made = []
        for title, names in self.SECTIONS:
            fields = self._named(names)
            made.append(Section(title, fields, any(field.errors or field.value() for field in fields)))
        return made

    def _named(self, names: Sequence[str]) -> list[BoundField]:
        return [self[name] for name in names if name in self.fields]

    def report(self, *, team: str, children: tuple[str, ...] = ()) -> Report:
        """Return the report that a valid form makes; `children` are those it is filed under already."""
        data = self.cleaned_data
        about = data["about"] or "unnamed_child"
        children = children or ((data["child"],) if data["child"] else ())
        return Report(
            team=team,
            about="child" if children and about == "unnamed_child" else about,
            children=children,
            harm=tuple(data["harm"]),
            threats=tuple(data["threats"]),
            police=self.police(),
            **{name: data[name] for name in self.SAME},
        )


class ReportForm(ReportFields):
    """A new report."""

    team = forms.ChoiceField(
        label=_("Which team must answer?"), error_messages={"required": _("Choose the team that must answer")}
    )
    request = forms.CharField(widget=forms.HiddenInput, max_length=32)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agencies = dict(Agency.objects.values_list("key", "name"))
        teams = [(f"{agencies.get(team.agency, '')}: {team.name}", team.key) for team in Team.objects.all()]
        choices = [(key, name) for name, key in sorted(teams)]
        team = self.fields["team"]
        assert isinstance(team, forms.ChoiceField)
        # Chosen, not found already chosen: a report must not go to the first team of the alphabet by oversight.
        team.choices = choices if len(choices) == 1 else [CHOOSE, *choices]


class CorrectForm(ReportFields):
    """The report stated anew, from the version that stands; `seen` is that version's number."""

    reason = _text(_("Why is it corrected?"), rows=3, hint=_("The first version stays, struck through."), most=10_000)
    seen = forms.IntegerField(widget=forms.HiddenInput)
    THEN = ("source", "reason")

    @staticmethod
    def of(version: Entry) -> dict[str, Any]:
        """Return the initial values that a version gives; the restricted parts are entries of their own."""
        facts = ("danger_today", "source", "about", "happened", "harm", "threats", "threshold", "cross_border")
        police = ("police_origin", "source_grade", "handling_code")
        found = {name: version.fact(name) for name in (*facts, *police) if version.fact(name) is not None}
        words = {name: version.word(name, "") for name in ("what", "where", "who_else")}
        return {**found, **words, "seen": version.n}


class SearchForm(forms.Form):
    """Search first: nobody browses children."""

    name = forms.CharField(label=_("The child's name"), max_length=200, required=False)


class WordsForm(forms.Form):
    """One text, for most things that people do about a concern."""

    words = _text(_("Say it here"), most=10_000)


class AddForm(PoliceFields):
    """What somebody adds, which the police may have told."""

    words = _text(_("What do you know?"), most=10_000)
    field_order = ["words"]


class CallForm(CalledFields):
    """Who was called about a danger."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["called"].label = _("Who was called?")
        self.fields["called"].required = True


class SuspectForm(forms.Form):
    """What is alleged about who did it."""

    words = _text(_("What is alleged about who did it"), hint=_("An allegation, not a finding: who says what."))
    ethnicity = forms.ChoiceField(label=_("How their ethnicity was described"), choices=ETHNICITY, required=False)
    said_by = forms.ChoiceField(label=_("Described by whom"), choices=ETHNICITY_BY, required=False)


class MoveForm(forms.Form):
    """From which child to which, and why."""

    wrong = forms.ChoiceField(label=_("Filed in error under"), widget=forms.RadioSelect)
    right = forms.CharField(
        widget=forms.HiddenInput, error_messages={"required": _("Search for the right child first, and choose her.")}
    )
    words = _text(_("Why is it moved?"), most=10_000)

    def __init__(self, *args: Any, filed: Sequence[Child] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wrong = self.fields["wrong"]
        assert isinstance(wrong, forms.ChoiceField)
        wrong.choices = [(child.key, child.name) for child in filed]
        if len(filed) == 1:
            wrong.initial = filed[0].key


class RestrictForm(forms.Form):
    """What is restricted, and who alone sees it from then on."""

    what = forms.ChoiceField(label=_("What is restricted?"), widget=forms.RadioSelect)
    workers = forms.MultipleChoiceField(
        label=_("Who alone sees it?"),
        help_text=_(
            "At least two, so that one can agree to lift it. Being named gives nobody more than their role does."
        ),
        widget=forms.CheckboxSelectMultiple,
    )
    words = _text(_("Why?"), rows=3, most=4_000)

    def __init__(self, *args: Any, filed: Sequence[Child] = (), workers: Sequence[Worker] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        what, who = self.fields["what"], self.fields["workers"]
        assert isinstance(what, forms.ChoiceField) and isinstance(who, forms.ChoiceField)
        children = [(c.key, _("%(name)s, and every concern about this child") % {"name": c.name}) for c in filed]
        what.choices = [("concern", _("This concern only")), *children]
        who.choices = [(worker.key, worker.name) for worker in workers]


class EmergencyForm(forms.Form):
    """Which record must be opened in an emergency, and why."""

    reference = forms.IntegerField(
        label=_("Entry number"), help_text=_("As a letter or a receipt gives it."), min_value=0, required=False
    )
    name = forms.CharField(label=_("Or the child's full name"), max_length=200, required=False)
    born = Calendar(label=_("And day of birth"), required=False)
    reason_code = forms.ChoiceField(label=_("Why must it be opened?"), choices=EMERGENCIES, widget=forms.RadioSelect)
    words = _text(_("What makes it necessary?"), rows=3, most=2_000)

    def clean(self) -> dict[str, Any]:
        """Refuse a form that names no record."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("reference") is None and not (data.get("name") and data.get("born")):
            raise forms.ValidationError(_("Give an entry number, or the child's full name and day of birth."))
        return data


class ReviewForm(forms.Form):
    """Whether an emergency opening was right."""

    finding = forms.ChoiceField(label=_("Was it right to open it?"), choices=FINDINGS, widget=forms.RadioSelect)
    words = _text(_("Why?"), rows=3, most=2_000)


class DecideForm(forms.Form):
    """What is to be done, and why; `seen` is the decision that stood when the page was opened."""

    outcome = forms.ChoiceField(label=_("What is to be done?"), choices=OUTCOMES, widget=forms.RadioSelect)
    words = _text(_("Why?"), most=10_000)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class AnswerObjectionForm(forms.Form):
    """An answer to an objection."""

    position = forms.ChoiceField(label=_("Is the objection upheld?"), choices=POSITIONS, widget=forms.RadioSelect)
    words = _text(_("Your answer"), most=10_000)


class ConfirmForm(forms.Form):
    """Nothing to fill in: one button."""
