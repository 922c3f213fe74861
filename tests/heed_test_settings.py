"""The product's settings plus one small app whose kinds and tables only the tests know."""

from heed.web.settings import *  # noqa: F403
from heed.web.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "record.ledgerbook"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
