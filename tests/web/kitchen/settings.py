"""The product's settings plus one page that holds every kind of field."""

from heed.web.settings import *  # noqa: F403
from heed.web.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "web.kitchen"]
ROOT_URLCONF = "web.kitchen.urls"
