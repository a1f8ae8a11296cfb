"""Django settings: everything that differs between installations comes from ``config.env``."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from campana.config import env, logs
from campana.ui import assets

ROOT = Path(__file__).resolve().parents[3]
DATA_DIR = env.path("CAMPANA_DATA", ROOT / "var")

DEBUG = env.boolean("CAMPANA_DEBUG", False)
SECRET_KEY = env.text(
    "CAMPANA_SECRET_KEY", "only-for-tests-and-checks" if env.boolean("CAMPANA_TESTING", False) else None
)
if not SECRET_KEY:
    raise env.BadSetting("CAMPANA_SECRET_KEY", "is empty; docs/operations/install.md says how to make one")
ALLOWED_HOSTS = env.items("CAMPANA_HOSTS", "localhost,127.0.0.1,[::1],testserver")
CSRF_TRUSTED_ORIGINS = env.items("CAMPANA_ORIGINS")
HTTPS = env.boolean("CAMPANA_HTTPS", False)
TRUSTED_PROXIES = env.integer("CAMPANA_TRUSTED_PROXIES", 0)
"""How many proxies of ours stand in front and tell who asks, and whether over HTTPS."""
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None


_PLANNER = "-c jit=off -c random_page_cost=1.1"
"""Statements of pages are short, and no disk of today has to seek: without this PostgreSQL reads a million contacts to
judge nine thousand. ``?options=`` in the URL is used instead."""


_UNREADABLE = (
    "can not be read: write postgresql://role:password@host:port/database with libpq's own options behind ?,"
    " and / : @ ? # % of a password as %2F %3A %40 %3F %23 %25"
)


def _database(url: str) -> dict[str, object]:
    """A libpq URL as Django's dictionary; the path of a socket may stand in ``?host=``."""
    try:
        parts = urlsplit(url)
        port = str(parts.port or "")
        conninfo_to_dict(url)
    except (ValueError, ProgrammingError):  # their words would tell the password
        raise env.BadSetting("DATABASE_URL", _UNREADABLE) from None
    if parts.scheme not in {"postgres", "postgresql"}:
        raise env.BadSetting("DATABASE_URL", "must begin with postgresql://")
    if not parts.path.strip("/"):
        raise env.BadSetting("DATABASE_URL", "names no database: write postgresql://role:password@host/database")
    options = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(options.pop("host", "") or parts.hostname or ""),
        "PORT": port,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "application_name": "campana",
            "options": _PLANNER,
            **{k: unquote(v) for k, v in options.items()},
        },
    }


DATABASES = {"default": _database(env.text("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "campana.ui",
    "campana.relay",
    "campana.accounts",
    "campana.crm",
    "campana.workforce",
    "campana.hotlines",
    "campana.scripts",
    "campana.campaigns",
    "campana.calls",
    "campana.automation",
    "campana.reporting",
    "campana.onboarding",
    "campana.supervision",
    "campana.desk",
    "campana.forecasting",
    "campana.runtime",
]

MIDDLEWARE = [
    "campana.config.middleware.RequestLog",
    "campana.ui.middleware.compression.Compression",
    "django.middleware.security.SecurityMiddleware",
    "campana.ui.middleware.headers.SecurityHeaders",
    "campana.ui.middleware.stylesheet.Stylesheet",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "campana.accounts.middleware.AccessMiddleware",
    "campana.ui.middleware.reader.Reader",
    "campana.ui.middleware.refusals.Refusals",
]

ROOT_URLCONF = "campana.config.urls"
WSGI_APPLICATION = "campana.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email"]},
    },
]

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("vi", "Tiếng Việt"), ("cs", "Čeština"), ("ru", "Русский")]
LOCALE_PATHS = [str(Path(__file__).resolve().parents[1] / "locale")]

LANGUAGE_COOKIE_NAME = "campana_language"

ARI_URL = env.text("CAMPANA_ARI_URL", "")
ARI_USER = env.text("CAMPANA_ARI_USER", "")
ARI_PASSWORD = env.text("CAMPANA_ARI_PASSWORD", "")

TELEPHONE_URL = env.text("CAMPANA_TELEPHONE_URL", "")
"""Asterisk's websocket as browsers reach it, for example wss://calls.example.com/telephone."""
TELEPHONE_ACCOUNTS = "campana.telephony.asterisk.accounts.AsteriskAccounts"
STUN_SERVERS = env.items("CAMPANA_STUN")
TURN_SERVERS = env.items("CAMPANA_TURN")
TURN_SECRET = env.text("CAMPANA_TURN_SECRET", "")
"""Shared with the TURN server, from which passwords of an hour are made; never sent to a browser."""

STATIC_URL = f"/static/{assets.digest()}/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_IMMUTABLE_FILE_TEST = assets.for_ever
MEDIA_ROOT = DATA_DIR / "files"
RECORDINGS_ROOT = env.path("CAMPANA_RECORDINGS", DATA_DIR / "files" / "recordings")
"""Where the switch leaves recordings, as NAME.wav."""
KEEP_MONTHS = env.integer("CAMPANA_KEEP_MONTHS", 0)
"""Whole months of attempts that are kept beside the present one; 0: for ever."""
if KEEP_MONTHS < 0 or 0 < KEEP_MONTHS < 3:
    raise env.BadSetting("CAMPANA_KEEP_MONTHS", "must be 0 (for ever) or at least 3: rules and forecasts look back")
AUDIO_ROOT = env.path("CAMPANA_AUDIO", DATA_DIR / "files" / "audio")
ARI_SOUNDS = env.path("CAMPANA_ARI_SOUNDS", AUDIO_ROOT)
"""Where the sounds of the audio library lie, as NAME.wav, for the switch to play."""

LIVE_SECONDS = 0.0 if env.boolean("CAMPANA_TESTING", False) else 1.0
"""How long figures that many people look at are kept in a process."""

LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

API_RATE = env.integer("CAMPANA_API_RATE", 50)
"""Requests a second an API key may make in the long run; up to API_BURST at once."""
API_BURST = env.integer("CAMPANA_API_BURST", 200)
API_UPLOAD_LIMIT = env.integer("CAMPANA_API_UPLOAD_LIMIT", 256 * 1024 * 1024)
"""Largest multipart body in bytes."""

SEALING_KEYS = env.items("CAMPANA_SEALING_KEYS") or [SECRET_KEY]
"""Secrets in the database are encrypted with the first and can be read with any of these."""
WEBHOOKS_PRIVATE = env.boolean("CAMPANA_WEBHOOKS_PRIVATE", False)
"""Whether webhooks may lead to private addresses and plain http: for installations of one owner only."""

LOGGING = logs.configuration(
    env.one_of("CAMPANA_LOG_FORMAT", ("json", "text")),
    env.one_of("CAMPANA_LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR", "CRITICAL"), str.upper),
)
METRICS_TOKEN = env.text("CAMPANA_METRICS_TOKEN", "")

EMAIL_HOST = env.text("CAMPANA_EMAIL_HOST", "")
MAIL_CONFIGURED = bool(EMAIL_HOST)
EMAIL_PORT = env.integer("CAMPANA_EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("CAMPANA_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env.text("CAMPANA_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = env.boolean("CAMPANA_EMAIL_STARTTLS", True)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("CAMPANA_EMAIL_FROM", "campana@localhost")
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_BACKEND = "django.core.mail.backends." + ("smtp" if EMAIL_HOST else "filebased") + ".EmailBackend"
"""Without a mail server, letters (password resets) lie as files under the data directory."""
