"""Addresses of the worklists."""

from django.urls import path

from . import views

urlpatterns = [
    path("work/", views.worklist, name="worklist"),
    path("work/<str:name>", views.worklist, name="worklist_of"),
    path("escalations/", views.escalations, name="escalations"),
]
