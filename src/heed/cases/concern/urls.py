"""Addresses of the concern slice."""

from django.urls import path

from . import acting, emergency, views

urlpatterns = [
    path("report", views.report, name="report"),
    path("concerns/", views.concerns, name="concerns"),
    path("concerns/<str:key>/", views.concern, name="concern"),
    path("concerns/<str:key>/receipt", views.receipt, name="concern_receipt"),
    path("concerns/<str:key>/do/<str:name>", acting.act, name="concern_act"),
    path("objections/<str:objection>/answer", acting.answer_objection, name="answer_objection"),
    path("emergency/", emergency.open_record, name="emergency"),
    path("emergency/review/", emergency.to_review, name="emergency_reviews"),
    path("emergency/review/<str:access>", emergency.review, name="emergency_review"),
    path("children/<str:key>/", views.child, name="child"),
]
