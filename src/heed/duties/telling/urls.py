"""The address that a letter links to."""

from django.urls import path

from . import views

urlpatterns = [path("told/<str:letter>", views.told, name="told")]
