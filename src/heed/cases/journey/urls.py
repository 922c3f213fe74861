"""Addresses of the journey slice."""

from django.urls import path

from . import views

urlpatterns = [
    path("journeys/", views.children, name="journeys"),
    path("journeys/caseload", views.held, name="caseload"),
    path("journeys/<str:key>/", views.child_chronology, name="chronology"),
    path("imports/", views.imports, name="imports"),
    path("gaps", views.gaps, name="gaps"),
    path("imports/duties", views.duties, name="imported_duties"),
    path("imports/<str:key>/", views.one_import, name="import"),
    path("imports/<str:key>/<str:what>.zip", views.download, name="import_file"),
]
