"""Addresses of how somebody is told."""

from django.urls import path

from . import views

urlpatterns = [
    path("telling", views.telling, name="telling"),
    path("telling/address", views.address, name="telling_address"),
    path("telling/confirm/<str:token>", views.confirm, name="confirm_address"),
]
