"""Forms of the counting slice: they check shape; rules decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from heed.entry.parts import MAX_PART
from heed.record.attachments import draft_file
from heed.record.model import FileDraft

from .asked import moment
from .services import Ask

BOOTSTRAPS = [("1000", _("1,000: to publish")), ("200", _("200: to look"))]
NAMES_NOBODY = _("It is never erased, so it names nobody and tells nothing about a child.")


class EvidenceForm(forms.Form):
    """Why a figure changes: the reason, and the entries or the file that show it."""

    reason = forms.CharField(
        label=_("Why does the figure change?"),
        help_text=NAMES_NOBODY,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    evidence = forms.CharField(
        label=_("Entries that show why"),
        help_text=_("Entry numbers, with commas. Needed when the figure becomes lower, unless you add a file."),
        max_length=500,
        required=False,
    )
    file = forms.FileField(label=_("Or a file that shows why"), required=False, help_text=NAMES_NOBODY)

    def clean_evidence(self) -> tuple[int, ...]:
        """Return the entry numbers."""
        words = self.cleaned_data["evidence"].replace(",", " ").split()
        if any(not word.isascii() or not word.isdigit() or len(word) > 12 for word in words):
            raise forms.ValidationError(_("Write entry numbers, such as 120, 135"))
        return tuple(int(word) for word in words)

    def clean_file(self) -> Any:
        """Refuse a file that does not fit an entry."""
        file = self.cleaned_data["file"]
        if file and file.size > MAX_PART:
            raise forms.ValidationError(_("The file is larger than 1 MiB"))
        return file

    def attached(self) -> tuple[FileDraft, ...]:
        """Return the file to attach."""
        file = self.cleaned_data["file"]
        return (draft_file(file.read()),) if file else ()


class ProposeForm(EvidenceForm):
    """A figure: by which definition, for which day, and why if something stands already."""

    definition = forms.ChoiceField(label=_("Counted by which definition?"))
    as_of = forms.DateField(
        label=_("As of which day?"),
        help_text=_("The last day of the period that is counted."),
        widget=forms.SelectDateWidget(),
    )
    known_on = forms.DateField(
        label=_("As known at the end of which day?"),
        help_text=_("Left out: with everything that is recorded now."),
        widget=forms.SelectDateWidget(),
        required=False,
    )
    bootstrap = forms.ChoiceField(label=_("How many resampled tables?"), choices=BOOTSTRAPS)
    seed = forms.IntegerField(label=_("Seed of the random numbers"), min_value=0, max_value=10**9, initial=1)
    request_key = forms.CharField(widget=forms.HiddenInput, max_length=32)
    field_order = ("definition", "as_of", "known_on", "bootstrap", "seed", "reason", "evidence", "file", "request_key")

    def __init__(self, *args: Any, definitions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["definition"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = definitions
        self.fields["reason"].required = False
        self.fields["reason"].help_text = _(
            "Needed where a figure stands already, upwards too. It is never erased, so it names nobody."
        )

    def ask(self) -> Ask:
        """Return what a valid form asks."""
        data = self.cleaned_data
        return Ask(
            definition=data["definition"],
            as_of=data["as_of"].isoformat(),
            known_at=moment(data["known_on"].isoformat()) if data["known_on"] else None,
            bootstrap=int(data["bootstrap"]),
            seed=data["seed"],
            reason=data["reason"],
            evidence=data["evidence"],
            files=self.attached(),
        )


class AdoptForm(forms.Form):
    """A definition's text."""

    text = forms.CharField(
        label=_("The definition"),
        help_text=_("YAML, as the how-to page describes it; what cannot be understood is refused with its line."),
        strip=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false"}),
    )

    def definition(self) -> str:
        """Return the text with the line ends of a file: a browser sends CR LF."""
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n").strip("\n") + "\n"


class RefuseForm(forms.Form):
    """Why a proposal is not signed."""

    reason = forms.CharField(
        label=_("Why is it not signed?"),
        help_text=NAMES_NOBODY,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
