"""The entry point of a web server: `gunicorn heed.web.wsgi`; `heed serve` checks the record first."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heed.web.settings")
application = get_wsgi_application()
