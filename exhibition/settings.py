"""Every setting of the project, in one file.

On a laptop none need be set. With `ROULETTE_PUBLIC=1` those that a museum must decide are demanded by name.
"""

import hashlib
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

# Before numpy is imported by anyone: two workers with BLAS threads of their own reach half of twice one.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
# Before onnxruntime is: its Linux wheels otherwise note sessions, runs and errors in a file of the user's cache, under
# an id of this computer, and send them to their makers. Set, not offered: nobody here may choose that.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

BASE_DIR = Path(__file__).resolve().parent.parent


# --- typed readers that refuse nonsense -----------------------------------------------------------------------------


def _text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def _flag(name: str, *, default: bool = False) -> bool:
    value = _text(name).lower()
    if value in {"", "0", "no", "false", "off", "1", "yes", "true", "on"}:
        return default if value == "" else value in {"1", "yes", "true", "on"}
    raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}.")


def _number(name: str, default: int, *, least: int, most: int) -> int:
    value = _text(name, str(default))
    if not value.isdigit() or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} must be a whole number from {least} to {most}, not {value!r}.")
    return int(value)


def _choice(name: str, default: str, choices: set[str]) -> str:
    value = _text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(sorted(choices))}, not {value!r}.")
    return value


# --- the place ------------------------------------------------------------------------------------------------------

DEBUG = _flag("ROULETTE_DEBUG")
ROULETTE_PUBLIC = _flag("ROULETTE_PUBLIC")
ROULETTE_STATE_DIR = Path(_text("ROULETTE_STATE_DIR", str(BASE_DIR / "var")))
HOST = _text("HOST", "127.0.0.1")
PORT = _number("PORT", 8000, least=1, most=65535)


if ROULETTE_PUBLIC and (_missing := [name for name in ("SECRET_KEY", "ALLOWED_HOSTS") if not _text(name)]):
    raise ImproperlyConfigured(f"ROULETTE_PUBLIC=1 needs in the environment: {', '.join(_missing)}.")


def _secret_key() -> str:
    """`SECRET_KEY`, or the one kept in the state directory, made on first use."""
    if given := _text("SECRET_KEY"):
        return given
    path = ROULETTE_STATE_DIR / "secret_key"
    try:
        if not path.exists():
            _make_secret_key(path)
        return path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"ROULETTE_STATE_DIR={ROULETTE_STATE_DIR} cannot be used: {error.strerror}. "
            "Name a directory that this user may write to."
        ) from error


def _make_secret_key(path: Path) -> None:
    """Written whole and linked into place: of several processes starting at once, one key wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"secret_key.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(48))
    with suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = [h for h in _text("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if h]
if not ROULETTE_PUBLIC:
    ALLOWED_HOSTS = list(dict.fromkeys([*ALLOWED_HOSTS, "localhost", "127.0.0.1", "[::1]"]))
if HOST not in {"0.0.0.0", "::", *ALLOWED_HOSTS}:  # noqa: S104 - compared, not bound
    ALLOWED_HOSTS.append(HOST)
CSRF_TRUSTED_ORIGINS = [o for o in _text("CSRF_TRUSTED_ORIGINS").split(",") if o]
if ROULETTE_PUBLIC:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    # A museum's other hosts are not the exhibition's to bind: that is its own decision, made on its own proxy.
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ROULETTE_PUBLIC
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
# Not "no-referrer": with it browsers send `Origin: null` with a form, and no form without a script would pass.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- the photograph -------------------------------------------------------------------------------------------------

MAX_PHOTO_BYTES = 8 * 1024 * 1024
MAX_PHOTO_PIXELS = 25_000_000
MAX_FORM_BYTES = 1024 * 1024
BODY_SECONDS = 10
PHOTO_SECONDS = 30
DEADLINE_SECONDS = 20
RESULT_SECONDS = 600
DISPLAY_SECONDS = 30
MAX_DISPLAY_BYTES = 1024 * 1024
MAX_WAITING = _number("ROULETTE_MAX_WAITING", 60, least=1, most=100_000)

# Django would spool a larger body to a file; the limit on bodies (exhibition.intake) is below this one.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_PHOTO_BYTES + MAX_FORM_BYTES

# --- the machine ----------------------------------------------------------------------------------------------------

MODELS_DIR = Path(_text("ROULETTE_MODELS_DIR", str(BASE_DIR / "models")))
ROULETTE_MODEL = _text("ROULETTE_MODEL", "lite0-minilm")
ROULETTE_DETECTOR = _text("ROULETTE_DETECTOR", "centerface")
LEXICON = "WordNet 3.0"

# --- the words ------------------------------------------------------------------------------------------------------

ROULETTE_POLICY = _choice("ROULETTE_POLICY", "museum", {"museum", "2019", "school", "demonstration"})

# --- what runs ------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "rest_framework",
    "adrf",
    "drf_spectacular",
    "exhibition",
    "curation",
    "classifier",
    "hierarchy",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "exhibition.urls"
WSGI_APPLICATION = "exhibition.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    },
]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

# --- what is kept ---------------------------------------------------------------------------------------------------


def _database() -> dict[str, Any]:
    url = _text("DATABASE_URL")
    if not url or url.startswith("sqlite"):
        found: dict[str, Any] = dict(dj_database_url.parse(url or f"sqlite:///{ROULETTE_STATE_DIR}/exhibition.sqlite3"))
        # Stock settings fail half of concurrent read-then-write transactions; these fail none.
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;",
        }
        return found
    if urlsplit(url).scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgres:// or sqlite:///, or be empty.")
    found = dict(dj_database_url.parse(url))
    # A pool: connections that live 60 s leaked 62 backends in 4 s under ASGI.
    found["CONN_MAX_AGE"] = 0
    found["OPTIONS"] = {**found.get("OPTIONS", {}), "pool": {"min_size": 1, "max_size": 8, "timeout": 5}}
    return found


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- the store: Valkey or Redis, holding nothing on disk ------------------------------------------------------------


def _store_url() -> str:
    """`VALKEY_URL` in redis-py's spelling, or the socket where the exhibit command starts a server of its own."""
    url = _text("VALKEY_URL")
    if not url:
        # Not in the state directory itself: a unix socket's path has at most 108 bytes. One for each state directory.
        place = hashlib.sha256(str(ROULETTE_STATE_DIR.resolve()).encode()).hexdigest()[:10]
        return f"unix://{tempfile.gettempdir()}/roulette-{os.getuid()}-{place}/valkey.sock?db=0"
    for theirs, ours in (
        ("valkey://", "redis://"),
        ("valkeys://", "rediss://"),
        ("redis+socket://", "unix://"),
    ):
        url = url.replace(theirs, ours, 1) if url.startswith(theirs) else url
    if urlsplit(url).scheme not in {"redis", "rediss", "unix"}:
        raise ImproperlyConfigured(f"VALKEY_URL must begin with valkey://, redis:// or unix://, not {url!r}.")
    return url


VALKEY_URL = _store_url()
VALKEY_EMBEDDED = not _text("VALKEY_URL")
STORE_SECONDS = 2  # any single command; redis-py 8 would otherwise kill idle sockets after 5 s of its own choosing

# --- pages ----------------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("it", "Italiano")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = _text("TZ", "UTC") or "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = ROULETTE_STATE_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "exhibition.static_files.ModuleManifestStorage"},
}
LOGIN_URL = "admin:login"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "exhibition.problems.handle_exception",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Roulette exhibition",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "Category": "hierarchy.api.CATEGORIES",
        "PendingStatus": ["pending"],
        "DoneStatus": ["done"],
    },
}

# Nothing of a request's body, a frame's variables or a task's arguments is ever rendered into a log.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s: %(message)s"}},
    # 503 is what a visitor is told while a part is away; that part says so itself.
    "filters": {
        "not_503": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: getattr(record, "status_code", None) != 503,
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["not_503"]}},
    "root": {
        "handlers": ["console"],
        "level": _choice("LOG_LEVEL", "INFO", {"DEBUG", "INFO", "WARNING", "ERROR"}),
    },
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # Below an error there is nothing but paths, and a path may name a visit.
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "django.security": {"handlers": ["console"], "level": "ERROR", "propagate": False},
    },
}
