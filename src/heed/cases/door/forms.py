"""The two public forms, and those of coming back. Plain words, few questions, almost nothing needed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heed.cases.concern.reports import Report

from .services import Contact


def _words(label: Any, hint: Any = "", *, rows: int = 6, needed: bool = True, most: int = 20_000) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=needed,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": _("Write something here. A few words are enough.")},
    )


def _line(label: Any, hint: Any = "", *, most: int = 500) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, required=False, max_length=most)


class Trap(forms.Form):
    """A box that people do not see and programs fill in; filled in, the form is shown again, never dropped."""

    request = forms.RegexField(regex=r"^[0-9a-f]{32}\Z", widget=forms.HiddenInput)
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def clean_website(self) -> str:
        """Refuse a filled box with words that help whoever's browser filled it."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Empty this box, then send again. Your browser may have filled it in."))
        return ""

    @property
    def shown(self) -> list[Any]:
        """The fields that people see: all but the trap, unless it caught something."""
        return [field for field in self.visible_fields() if field.name != "website" or field.errors]

    @property
    def trap(self) -> Any:
        """The trap, while it is out of sight."""
        return None if self["website"].errors else self["website"]


class AdultForm(Trap):
    """Somebody is worried about a child."""

    what = _words(_("What are you worried about?"), _("What you saw or heard, and when. You need no proof."))
    who = _words(
        _("Who is the child?"),
        _("A name, an age, a school, what they look like: whatever you know."),
        rows=3,
        needed=False,
        most=2_000,
    )
    where = _line(_("Where did it happen?"), _("A street, a place, a website."))
    danger = forms.ChoiceField(
        label=_("Is the child in danger now?"),
        choices=[("yes", _("Yes")), ("no", _("No")), ("not_known", _("I do not know"))],
        widget=forms.RadioSelect,
    )
    called = forms.ChoiceField(
        label=_("If yes: has anybody called for help?"),
        choices=[("999", _("Yes")), ("nobody", _("No, or I do not know"))],
        widget=forms.RadioSelect,
        required=False,
    )
    source = forms.ChoiceField(
        label=_("Who are you to the child?"),
        choices=[
            ("relative", _("Family")),
            ("member_of_the_public", _("A friend, a neighbour, somebody who saw it")),
            ("other_professional", _("I work with children")),
            ("anonymous", _("I would rather not say")),
        ],
        widget=forms.RadioSelect,
    )
    name = _line(_("Your name"), _("You need not give it."), most=200)
    contact = _line(_("How can we reach you?"), _("Only if you want us to."))
    when_safe = _line(_("When is it safe to reach you?"))

    def report(self) -> Report:
        """Return the report that a valid form makes."""
        data = self.cleaned_data
        return Report(
            what=data["what"],
            source=data["source"],
            danger_today=data["danger"],
            team="",
            about="unnamed_child",
            where=data["where"],
            who_else=data["who"],
            **_called(data),
        )

    def left(self) -> Contact:
        """Return how the reporter can be reached."""
        return _contact(self.cleaned_data)


class ChildForm(Trap):
    """A child or young person tells it in their own words."""

    words = _words(_("What is happening?"), _("Use your own words. It does not matter how you write it."), rows=8)
    about = forms.ChoiceField(
        label=_("Is it about you?"),
        choices=[("me", _("It is about me")), ("friend", _("It is about somebody else"))],
        widget=forms.RadioSelect,
        required=False,
    )
    danger = forms.ChoiceField(
        label=_("Are you, or they, in danger right now?"),
        choices=[("yes", _("Yes")), ("no", _("No")), ("not_known", _("I am not sure"))],
        widget=forms.RadioSelect,
        required=False,
    )
    where = _line(_("Where are you, or where does it happen?"))
    name = _line(_("What can we call you?"), _("Any name. It need not be your real one."), most=200)
    contact = _line(_("How can we reach you?"), _("Only if it is safe for you."))
    when_safe = _line(_("When is it safe?"), _("For example: after school, not at weekends."))

    def report(self) -> Report:
        """Return the report that a valid form makes; what the child writes stands apart, as her own words."""
        data = self.cleaned_data
        about = _("A young person wrote about somebody else.") if data["about"] == "friend" else ""
        told = _("A young person wrote to us in their own words, which stand beside this.")
        return Report(
            what=" ".join(str(part) for part in (told, about) if part),
            source="child",
            danger_today=data["danger"] or "not_known",
            team="",
            about="unnamed_child",
            where=data["where"],
            child_words=data["words"],
            **_called(data),
        )

    def left(self) -> Contact:
        """Return how the child can be reached."""
        return _contact(self.cleaned_data)


def _called(data: dict[str, Any]) -> dict[str, Any]:
    """Return who was called about a danger; at a door nobody is made to say why nobody was."""
    if data["danger"] != "yes":
        return {}
    if data.get("called") == "999":
        return {"called": "999", "called_who": str(_("Said at the public door."))}
    return {"called": "nobody", "why_not": str(_("Reported at the public door, where nobody is asked why."))}


def _contact(data: dict[str, Any]) -> Contact:
    return Contact(name=data["name"], contact=data["contact"], when_safe=data["when_safe"])


class CodeForm(forms.Form):
    """The code that somebody comes back with."""

    code = forms.CharField(
        label=_("Your code"),
        help_text=_("20 letters and numbers in four groups. Capitals and dashes do not matter."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Type your code.")},
    )


class AddForm(Trap):
    """What somebody adds, who has come back; `code` travels in the page, never in an address."""

    code = forms.CharField(widget=forms.HiddenInput, max_length=60)
    words = _words(_("Do you want to tell us more?"), rows=5, most=10_000)
