"""Pages that only the tests know: a form with every kind of field, a long list, faults."""

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from heed.record import checkpoints
from heed.web.lists import listing


class KitchenForm(forms.Form):
    name = forms.CharField(label="Name of an invented child", max_length=60, help_text="As the child is known.")
    born = forms.DateField(
        label="Date of birth", widget=forms.SelectDateWidget, help_text="For example, 27 3 2011", required=False
    )
    risk = forms.ChoiceField(
        label="Risk now", widget=forms.RadioSelect, choices=[("low", "Low"), ("medium", "Medium"), ("high", "High")]
    )
    harms = forms.MultipleChoiceField(
        label="Harms",
        widget=forms.CheckboxSelectMultiple,
        choices=[("going", "Going missing"), ("unexplained", "Unexplained money")],
        required=False,
    )
    who = forms.ChoiceField(label="Who told you", choices=[("", "Choose"), ("child", "The child"), ("other", "Other")])
    told = forms.CharField(label="What you were told", widget=forms.Textarea(attrs={"rows": 5}), max_length=200)
    danger = forms.BooleanField(label="The child may be in danger today", required=False)
    paper = forms.FileField(label="A paper", required=False)


def kitchen(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        form = KitchenForm(request.POST, request.FILES)
        if form.is_valid():
            request.drafts.forget("kitchen")  # type: ignore[attr-defined]
            messages.success(request, f"Sent: {form.cleaned_data['told']}")
            return redirect("kitchen")
    else:
        form = KitchenForm(initial=request.drafts.initial("kitchen", KitchenForm))  # type: ignore[attr-defined]
    return render(request, "kitchen.html", {"form": form})


class NameFilter(forms.Form):
    name = forms.CharField(label="Name", required=False, max_length=30)


def many(request: HttpRequest) -> HttpResponse:
    filters = NameFilter(request.GET)
    rows = User.objects.filter(username__startswith="row")
    if filters.is_valid():
        rows = rows.filter(username__contains=filters.cleaned_data["name"])
    orders = {"name": "username", "mail": "email"}
    found = listing(rows, request.GET, orders=orders, default="name", filters=filters)
    return render(request, "many.html", {"listing": found})


def receipt(request: HttpRequest) -> HttpResponse:
    return render(request, "kitchen_receipt.html", {"text": checkpoints.receipt_for(0).text()})


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a name that must not reach the log: Invented Person")


def refused(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied
