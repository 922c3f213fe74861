"""Forms about duties: they check shape; rules decide."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ReasonForm(forms.Form):
    """Why a duty is let go or suspended."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Name nobody; your own name and the time are on the record."),
        error_messages={"required": _("Say why; the reason is on the record.")},
    )


class ConfirmForm(forms.Form):
    """Nothing to say: pressing the button is the act."""


class HoursForm(forms.Form):
    """How many hours a week a team has."""

    hours = forms.DecimalField(
        label=_("Hours a week"),
        min_value=0,
        max_value=10_000,
        decimal_places=2,
        max_digits=7,
        help_text=_("All hours of the team together that are free for what it owes."),
        error_messages={"required": _("Write the hours that the team has in a week.")},
    )
