"""Django's settings, from the data folder and a few environment variables (docs/reference/settings.md lists them)."""

import os
import secrets
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from .csp import CSP

DATA = Path(os.environ.get("HEED_DATA", "data")).resolve()
DEBUG = os.environ.get("HEED_DEBUG") == "1"
# Set where people reach the site by https, through a proxy that ends TLS; see HEED_PROXIES.
HTTPS = os.environ.get("HEED_HTTPS") == "1"
# `heed serve` sets it after it has gathered the static files under hashed names.
HASHED_STATIC = os.environ.get("HEED_HASHED_STATIC") == "1"


def _secret_key() -> str:
    """Return the key in DATA/keys/web.secret, or a passing one while there is no record yet."""
    path = DATA / "keys" / "web.secret"
    return path.read_text().strip() if path.exists() else secrets.token_urlsafe(48)


def HEED_DATABASE(url: str) -> dict[str, object]:
    """Return Django's description of the database: SQLite in the data folder unless a PostgreSQL address is given."""
    if url:
        from urllib.parse import parse_qsl, unquote, urlsplit

        parts = urlsplit(url)
        if parts.scheme not in {"postgres", "postgresql"}:
            raise ValueError("HEED_DATABASE_URL must start with postgresql://")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or "") or dict(parse_qsl(parts.query)).get("host", ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
        }
    # FULL, not NORMAL: a receipt must never outlive its entry. IMMEDIATE: the head is locked before it is read.
    # The cache (64 MiB) keeps an import from reading each page many times over. The WAL stays at SQLite's own 4 MB: a
    # commit into a file that grows costs a fifth more.
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA cache_size=-65536;"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "heed.sqlite3",
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": pragmas},
    }


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = os.environ.get("HEED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if HTTPS else []
DATABASES = {"default": HEED_DATABASE(os.environ.get("HEED_DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The demonstration signs in without a second factor; `heed.web.demo` answers only where the record is synthetic.
DEMO = os.environ.get("HEED_DEMO") == "1"
# What people do: the slices, in layer order. Their templates stand in their own folders.
SLICES = [
    "heed.people",
    "heed.people.post",
    "heed.people.restriction",
    "heed.duties",
    "heed.cases.concern",
    "heed.cases.door",
    "heed.cases.disclosure",
    "heed.cases.journey",
    "heed.scrutiny.counting",
]
INSTALLED_APPS = [
    "heed.web",  # before django.forms and allauth: our templates stand in front of theirs
    "django.forms",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "heed.record",
    *SLICES,
]
MIDDLEWARE = [
    "heed.web.request_log.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "heed.web.csp.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "heed.web.drafts.Drafts",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    *([] if DEMO else ["heed.web.second_factor.SecondFactor"]),
]
ROOT_URLCONF = "heed.web.urls"
WSGI_APPLICATION = "heed.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["heed.web.templatetags.tables"],  # every table stacks where the screen is narrow
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "heed.web.context.page",
            ],
        },
    }
]
FORM_RENDERER = "heed.web.renderer.DesignSystem"

# --- Language and time ---
USE_TZ = True
TIME_ZONE = "Europe/London"
LANGUAGE_CODE = "en-gb"
LOCALE_PATHS = [Path(__file__).parent / "locale"]
# Welsh is offered once its words are there: a page that says it is Welsh and speaks English misleads a screen reader.
LANGUAGES = [("en-gb", _("English"))]
if (LOCALE_PATHS[0] / "cy" / "LC_MESSAGES" / "django.mo").exists():
    LANGUAGES.append(("cy", _("Welsh")))

# --- What the browser may load: files of ours only. Django 6 reads the same setting. ---
# An OIDC provider's origin must be named, since form-action also rules redirects (webstack.md section 3, pitfall 2);
# HEED_OIDC_ORIGINS adds those of a provider whose sign-in stands elsewhere than its issuer.
OIDC_ISSUER = os.environ.get("HEED_OIDC_ISSUER", "")
# allauth takes the provider's answer from the connection, not from the token's signature (OpenID Connect Core 3.1.3.7
# allows it over TLS), so without TLS anybody on the way could sign in as anybody.
if OIDC_ISSUER and not OIDC_ISSUER.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
    raise ValueError("HEED_OIDC_ISSUER must start with https://")
OIDC_ORIGINS = ["/".join(OIDC_ISSUER.split("/")[:3]), *os.environ.get("HEED_OIDC_ORIGINS", "").split(",")]
SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "form-action": [CSP.SELF, *dict.fromkeys(filter(None, OIDC_ORIGINS))],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_HSTS_SECONDS = 365 * 86_400 if HTTPS else 0
SECURE_SSL_REDIRECT = False  # the proxy's work; the health page answers on plain http inside
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None

# --- Cookies, sessions, caches ---
SESSION_COOKIE_AGE = 10 * 3_600  # a long working day; a judgement of ours
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "heed.web.errors.csrf"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# In the database, so that all worker processes count failed sign-ins together (webstack.md section 3, pitfall 5).
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "web_cache"}}

# --- Signing in ---
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        # NIST SP 800-63B-4, 3.1.1.2 (2025) asks for 8 beside a second factor; 12 is our own choice.
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 24 * 3_600  # enrolment links (issue 3, item 1)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "heed.web.accounts.Accounts"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # the enrolment link proves the address
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
# The key is address and IP together (accounts.py): nobody elsewhere can lock a named worker out.
# An office comes from one IP at nine in the morning, so sending the form is limited far above failing at it.
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key,30/m/ip", "login": "120/m/ip"}
# 0 without a proxy in front; else each person would share the proxy's address.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("HEED_PROXIES", "0"))
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs up by themselves
MFA_TOTP_ISSUER = "Heed"
MFA_TOTP_TOLERANCE = 1
MFA_ADAPTER = "heed.web.accounts.SecondFactors"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # browsers themselves allow it on localhost only
SOCIALACCOUNT_ADAPTER = "heed.web.accounts.Providers"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True  # an agency's provider vouches for the address
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, Any]] = {"openid_connect": {"APPS": []}}
if OIDC_ISSUER:
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"] = [
        {
            "provider_id": "agency",
            "name": os.environ.get("HEED_OIDC_NAME", "your agency"),
            "client_id": os.environ.get("HEED_OIDC_CLIENT", ""),
            "secret": os.environ.get("HEED_OIDC_SECRET", ""),
            "settings": {"server_url": OIDC_ISSUER},
        }
    ]

# --- Letters: sent by HEED_SMTP_HOST; else written to DATA/mail, which only a synthetic record takes for sending ---
SITE = os.environ.get("HEED_SITE", "http://localhost:8000").rstrip("/")
BOUNCES = os.environ.get("HEED_BOUNCES", "")
EMAIL_HOST = os.environ.get("HEED_SMTP_HOST", "")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else "heed.people.post.folder.EmailBackend"
_SMTP_TLS = os.environ.get("HEED_SMTP_TLS", "starttls")
if _SMTP_TLS not in ("starttls", "tls", "none") or (
    _SMTP_TLS == "none" and EMAIL_HOST not in ("", "localhost", "127.0.0.1", "::1")
):
    raise ValueError("HEED_SMTP_TLS must be starttls or tls; none only for a mail server on this machine")
EMAIL_PORT = int(os.environ.get("HEED_SMTP_PORT", "465" if _SMTP_TLS == "tls" else "587"))
EMAIL_HOST_USER = os.environ.get("HEED_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("HEED_SMTP_PASSWORD", "")
EMAIL_USE_TLS = _SMTP_TLS == "starttls"
EMAIL_USE_SSL = _SMTP_TLS == "tls"
EMAIL_TIMEOUT = 20  # seconds; tick holds its lock meanwhile, and the next one is five minutes away
DEFAULT_FROM_EMAIL = os.environ.get("HEED_MAIL_FROM", "Heed <heed@localhost>")

# --- Static files and uploads ---
STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
_STATIC = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": _STATIC if HASHED_STATIC else "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = not HASHED_STATIC
WHITENOISE_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 2**20
# Uploads wait in memory, and large ones in the data folder (made by `heed serve`): never in the machine's /tmp.
FILE_UPLOAD_MAX_MEMORY_SIZE = 10 * 2**20
FILE_UPLOAD_TEMP_DIR = str(DATA / "uploads") if (DATA / "uploads").is_dir() else None

# --- Logs: one JSON line a request, without personal data (request_log.py) ---
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "heed.web.request_log.JsonLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "loggers": {
        "heed.web": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "django": {"handlers": ["console"], "level": "ERROR", "propagate": False},
    },
}
