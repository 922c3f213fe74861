"""Addresses of the public pages; none holds a code."""

from django.urls import path

from . import views

urlpatterns = [
    path("tell/", views.doors, name="doors"),
    path("tell/back", views.back, name="door_back"),
    path("tell/more", views.add, name="door_add"),
    path("tell/<str:key>/<str:who>", views.tell, name="door_tell"),
]
