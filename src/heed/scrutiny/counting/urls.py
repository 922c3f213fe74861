"""Addresses of the counting slice."""

from django.urls import path

from . import views

urlpatterns = [
    path("count/", views.figures, name="count"),
    path("count/propose", views.propose, name="count_propose"),
    path("count/adopt", views.adopt, name="count_adopt"),
    path("count/definitions/<int:n>/", views.definition, name="count_definition"),
    path("count/proposals/<int:n>/", views.proposal, name="count_proposal"),
    path("count/proposals/<int:n>/sign", views.sign, name="count_sign"),
    path("count/proposals/<int:n>/refuse", views.refuse, name="count_refuse"),
    path("count/proposals/<int:n>/plot/<int:place>.svg", views.plot, name="count_plot"),
    path("count/proposals/<int:n>/evidence/<str:digest>", views.evidence, name="count_evidence"),
    path("count/figures/<str:key>/", views.figure, name="count_figure"),
    path("count/figures/<str:key>/figure.csv", views.figure_csv, name="count_csv"),
    path("count/figures/<str:key>/figure.json", views.figure_json, name="count_json"),
    path("count/figures/<str:key>/anew", views.anew, name="count_anew"),
    path("count/figures/<str:key>/withdraw", views.withdraw, name="count_withdraw"),
]
