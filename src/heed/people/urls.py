"""Addresses about agencies, teams, workers and roles."""

from django.urls import path

from . import views, views_workers

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/waiting", views.waiting, name="waiting"),
    path("people/agencies/add", views.add_agency, name="add_agency"),
    path("people/agencies/<str:key>/", views.agency, name="agency"),
    path("people/agencies/<str:key>/edit", views.edit_agency, name="edit_agency"),
    path("people/agencies/<str:key>/teams/add", views.add_team, name="add_team"),
    path("people/workers/", views_workers.workers, name="workers"),
    path("people/workers/invite", views_workers.invite, name="invite"),
    path("people/workers/<str:key>/", views_workers.worker, name="worker"),
    path("people/workers/<str:key>/do/<str:name>", views_workers.act, name="worker_act"),
    path("people/grants/<str:grant>/confirm", views.confirm, name="confirm_grant"),
    path("people/grants/<str:grant>/end", views_workers.end, name="end_grant"),
    path("people/resets/<str:key>", views.answer_reset, name="answer_reset"),
]
