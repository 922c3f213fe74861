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
