from django.urls import path

from heed.web.urls import handler400, handler403, handler404, handler500
from heed.web.urls import urlpatterns as product

from . import views

__all__ = ["handler400", "handler403", "handler404", "handler500"]
urlpatterns = [
    *product,
    path("kitchen/", views.kitchen, name="kitchen"),
    path("kitchen/list", views.many, name="many"),
    path("kitchen/receipt", views.receipt, name="kitchen_receipt"),
    path("kitchen/broken", views.broken, name="broken"),
    path("kitchen/forbidden", views.refused, name="refused"),
]
