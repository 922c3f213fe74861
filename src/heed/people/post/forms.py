"""Forms about how somebody is told."""

from django import forms
from django.utils.translation import gettext_lazy as _

AT_ONCE, DIGEST = "at_once", "digest"


class TellingForm(forms.Form):
    """At once, or once a working day."""

    how = forms.ChoiceField(
        label=_("When do you want your letters?"),
        choices=[
            (AT_ONCE, _("At once, each time something needs you")),
            (DIGEST, _("In one letter at eight on each working day")),
        ],
        widget=forms.RadioSelect,
        help_text=_("What cannot wait, such as a child in danger today, is always told at once."),
    )


class AddressForm(forms.Form):
    """A new address."""

    email = forms.EmailField(
        label=_("New e-mail address"),
        max_length=254,
        help_text=_("A link is sent there. The address changes once the link is opened."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
