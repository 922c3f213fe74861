"""Addresses of the worklists, of one duty, and of what is said about all of them."""

from django.urls import path

from . import views, views_ahead, views_duty, views_procedures, views_statistics

urlpatterns = [
    path("work/", views.worklist, name="worklist"),
    path("work/<str:name>", views.worklist, name="worklist_of"),
    path("duties/<str:duty>/", views_duty.duty, name="duty"),
    path("duties/<str:duty>/do/<str:name>", views_duty.act, name="duty_act"),
    path("statistics/duties", views_statistics.statistics, name="duty_statistics"),
    path("statistics/duties/cases", views_statistics.cases, name="duty_cases"),
    path("forecast/", views_ahead.forecast, name="forecast"),
    path("forecast/<str:team>", views_ahead.hours, name="team_hours"),
    path("evidence/", views_ahead.weak, name="weak_evidence"),
    path("procedures/", views_procedures.law, name="law"),
    path("procedures/propose", views_procedures.propose, name="law_propose"),
    path("procedures/<int:n>", views_procedures.text, name="law_text"),
    path("procedures/proposals/<str:key>/", views_procedures.proposal, name="law_proposal"),
    path("procedures/proposals/<str:key>/approve", views_procedures.approve, name="law_approve"),
    path("procedures/proposals/<str:key>/decline", views_procedures.decline, name="law_decline"),
    path("escalations/", views.escalations, name="escalations"),
]
