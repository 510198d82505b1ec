"""The pages: Django behind WSGI, and before it the static files under their hashed names."""

import os

from django.core.wsgi import get_wsgi_application
from whitenoise import WhiteNoise

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exhibition.settings")

_django = get_wsgi_application()

from django.conf import settings  # noqa: E402 - Django is set up by the line above

# Around Django rather than in its MIDDLEWARE, where it would be the only part that is not async and make each
# awaited photograph hold a thread.
application = WhiteNoise(
    _django,
    root=settings.STATIC_ROOT,
    prefix=settings.STATIC_URL,
    autorefresh=settings.DEBUG,
    allow_all_origins=False,
    immutable_file_test=r"\.[0-9a-f]{12}\.[^/]+$",
)
