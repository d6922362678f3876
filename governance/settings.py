"""Plumbline's settings. Everything that differs between a laptop and production comes from the environment.

See docs/operations.md for the list. With nothing set, all state lives below `PLUMBLINE_HOME` (./var).
"""

import os
import secrets
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONCE, NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("PLUMBLINE_HOME", BASE_DIR / "var")).resolve()
HOME.mkdir(parents=True, exist_ok=True)
KEYS = Path(os.environ.get("PLUMBLINE_KEYS", HOME / "keys")).resolve()  # secrets, outside the database; backed up with it
TESTING = "pytest" in sys.modules


def env(name: str, default: str = "") -> str:
    """Return a setting from the environment."""
    return os.environ.get(f"PLUMBLINE_{name}", default)


def flag(name: str, default: bool = False) -> bool:
    """Return a yes-or-no setting from the environment."""
    value = env(name).lower()
    return default if not value else value in {"1", "true", "yes", "on"}


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated setting as a list."""
    return [word.strip() for word in env(name, default).split(",") if word.strip()]


def kept_secret(name: str) -> str:
    """Return a secret from the environment, or from a file in the keys' folder that is made on first start."""
    if given := env(name):
        return given
    path = KEYS / name.lower()
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
        with suppress(FileExistsError):  # another process that starts at this moment was first: its secret holds
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text()


DATABASE_URL = os.environ.get("DATABASE_URL", "")
BROKER_URL = env("BROKER_URL")
CACHE_URL = env("CACHE_URL", BROKER_URL if BROKER_URL.startswith(("redis://", "rediss://")) else "")
PRODUCTION = flag("PRODUCTION")
EMBEDDED = not (DATABASE_URL or PRODUCTION)

SECRET_KEY = kept_secret("SECRET_KEY")
LEDGER_MAC = kept_secret("LEDGER_MAC")  # by it an entry is told, until it is sealed, from one written past the application
LEDGER_COPY = Path(env("LEDGER_COPY", str(HOME / "ledger" / "checkpoints.jsonl"))).resolve()  # every checkpoint, once more
PUBLISH_FOLDER = Path(env("PUBLISH_FOLDER", str(HOME / "published"))).resolve()  # below it lie the folders checkpoints go to
DEBUG = flag("DEBUG")
BASE_URL = env("URL").rstrip("/")
STREAMS_URL = env("STREAMS_URL").rstrip("/")  # where browsers reach the role "streams"; empty: they are not told of it
ALLOWED_HOSTS = words("HOSTS", "localhost,127.0.0.1,[::1]" if PRODUCTION else "*")
CSRF_TRUSTED_ORIGINS = [BASE_URL] if BASE_URL else []

INSTALLED_APPS = [
    "governance",
    "registry",
    "incidents",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "guardian",
    "simple_history",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "governance.core.context.ContextMiddleware",
    "governance.api.edge.ProblemMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "governance.people.middleware.PersonMiddleware",
    "registry.guests.middleware.GuestReads",
    "governance.ledger.leaving.LeavingMiddleware",
    "governance.ui.middleware.ErrorPagesMiddleware",
]

ROOT_URLCONF = "governance.urls"
WSGI_APPLICATION = "governance.wsgi.application"
ASGI_APPLICATION = "governance.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "governance.ui.shell.shell",
            ],
            "builtins": [
                "django.templatetags.static",
                "governance.ui.templatetags.plumb",
                "governance.templatetags.plumb_features",
            ],
            "libraries": {"plumb": "governance.ui.templatetags.plumb"},
        },
    }
]

SQLITE_OPTIONS: dict[str, Any] = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;PRAGMA cache_size=-32000;",
}
if DATABASE_URL:
    DATABASES: dict[str, Any] = {"default": dj_database_url.parse(DATABASE_URL)}
    # What the URL says (sslmode and the like) stays.
    _asked = DATABASES["default"].get("OPTIONS", {})
    if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
        pool = {"min_size": 1, "max_size": int(env("DB_POOL", "10")), "timeout": 10}
        # Prepared statements and pooled connections belong to one process; tests share one connection instead.
        DATABASES["default"]["OPTIONS"] = _asked if TESTING else {**_asked, "pool": pool}
    else:
        DATABASES["default"]["OPTIONS"] = {**_asked, **SQLITE_OPTIONS}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "plumbline.sqlite3",
            "OPTIONS": SQLITE_OPTIONS,
            # In a file, as in production: in memory, threads would share one cache and meet table locks.
            "TEST": {"NAME": HOME / f"test-{os.getpid()}.sqlite3"},
        }
    }

if CACHE_URL:
    CACHES: dict[str, Any] = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}}
else:
    _FOLDER = str(HOME / "cache")
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": _FOLDER}}

AUTH_USER_MODEL = "governance.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False

ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "governance.people.display.name_of"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "governance.people.accounts.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "governance.people.accounts.SocialAccountAdapter"
ACCOUNT_RATE_LIMITS = {
    "login_failed": "5/300s/key,30/m/ip",
    "reset_password": "5/h/key,20/h/ip",
    # What comes in without an account: for each address, and for each link or report (docs/reporting.md).
    "report": env("RATE_REPORTS", "20/10m/ip,100/d/ip,120/h/key"),
    "report_more": env("RATE_REPORTS_MORE", "20/10m/ip,30/h/key"),
    "room_password": env("RATE_ROOM_PASSWORDS", "20/h/ip,10/10m/key"),  # passwords tried in buyer's rooms (docs/rooms.md)
}
WITNESS_LOOKS = int(env("RATE_WITNESS", "600"))  # checkpoints that one address may have looked at in ten minutes
ROOM_LOOKS = int(env("RATE_ROOM_LOOKS", "300"))  # pages of buyer's rooms in ten minutes, for each address and each link
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_LOGOUT_ON_GET = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Plumbline"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
USERSESSIONS_TRACK_ACTIVITY = False  # one write for each page; PersonMiddleware notes it every few minutes
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
_FORMS = "governance.people.accountforms"
ACCOUNT_FORMS = {
    "login": f"{_FORMS}.LoginForm",
    "reauthenticate": f"{_FORMS}.ReauthenticateForm",
    "change_password": f"{_FORMS}.ChangePasswordForm",
    "set_password": f"{_FORMS}.SetPasswordForm",
    "reset_password": f"{_FORMS}.ResetPasswordForm",
    "reset_password_from_key": f"{_FORMS}.ResetPasswordKeyForm",
}
MFA_FORMS = {
    "authenticate": f"{_FORMS}.AuthenticateForm",
    "reauthenticate": f"{_FORMS}.ReauthenticateCodeForm",
    "activate_totp": f"{_FORMS}.ActivateTOTPForm",
    "add_webauthn": f"{_FORMS}.AddWebAuthnForm",
    "edit_webauthn": f"{_FORMS}.EditWebAuthnForm",
}
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
SETUP_CODE = env("SETUP_CODE")
OIDC_ISSUER = env("OIDC_ISSUER")
OIDC_DOMAINS = [domain.lower().lstrip("@") for domain in words("OIDC_DOMAINS")]  # whose people come in uninvited
OIDC_TRUST_EMAIL = flag("OIDC_TRUST_EMAIL")  # for providers that do not send email_verified
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if OIDC_ISSUER:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": env("OIDC_NAME", "Single sign-on"),
                "client_id": env("OIDC_CLIENT_ID"),
                "secret": env("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_ISSUER},
            }
        ],
    }

LANGUAGE_CODE = "en-gb"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = HOME / "static"
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
_STATIC = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if DEBUG or TESTING
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    if PRODUCTION
    else "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
)
if bucket := env("S3_BUCKET"):
    _FILES: dict[str, Any] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": env("S3_ENDPOINT") or None,
            "region_name": env("S3_REGION") or None,
            "access_key": env("S3_ACCESS_KEY") or None,
            "secret_key": env("S3_SECRET_KEY") or None,
            "file_overwrite": False,
            "default_acl": None,
        },
    }
else:
    _FILES = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": HOME / "files", "base_url": None, "file_permissions_mode": 0o600},
    }
STORAGES = {"default": _FILES, "staticfiles": {"BACKEND": _STATIC}}
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
OTLP_MAX_BYTES = int(env("OTLP_MAX_MIB", "16")) * 1024 * 1024  # the largest delivery of observations, once unpacked
OTLP_THREADS = int(env("OTLP_THREADS", "2"))  # deliveries that one web process takes at a time, beside pages
EVIDENCE_MAX_MB = int(env("EVIDENCE_MAX_MB", "25"))  # the largest file that is taken as evidence

SIGN_DOCUMENTS = flag("SIGN_DOCUMENTS")  # whether every PDF is signed; audit packs always are
SIGNING_P12 = env("SIGNING_P12")  # the company's own key and certificate to sign PDFs with; else they are made, in KEYS
SIGNING_PASSWORD = env("SIGNING_PASSWORD")
TSA_URL = env("TSA_URL")  # an RFC 3161 time-stamping authority that vouches for the moment of each signature

EMAIL_URL = env("SMTP_HOST")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend" if EMAIL_URL else "django.core.mail.backends.dummy.EmailBackend"
EMAIL_HOST, EMAIL_PORT = EMAIL_URL or "localhost", int(env("SMTP_PORT", "587"))
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = env("SMTP_USER"), env("SMTP_PASSWORD")
EMAIL_USE_TLS = flag("SMTP_TLS", default=True)
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = env("MAIL_FROM", "Plumbline <plumbline@localhost>")
MAIL_IS_SET_UP = bool(EMAIL_URL)
# What channels may reach although it lies inside the network: names, addresses, networks. A trial may talk to itself.
CHANNEL_HOSTS = words("CHANNEL_HOSTS", "127.0.0.1,::1,localhost" if EMBEDDED else "")

_QUEUE = HOME / "queue"
CELERY_BROKER_URL = BROKER_URL or "filesystem://localhost"
if not BROKER_URL:
    for folder in ("messages", "processed", "control"):
        (_QUEUE / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "data_folder_in": str(_QUEUE / "messages"),
        "data_folder_out": str(_QUEUE / "messages"),
        "processed_folder": str(_QUEUE / "processed"),
        "control_folder": str(_QUEUE / "control"),
        "store_processed": False,
        "polling_interval": 0.1,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_ACKS_LATE = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(HOME / "queue" / "beat")
CELERY_BEAT_SCHEDULE = {"sweep": {"task": "plumbline.sweep", "schedule": timedelta(seconds=10)}}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *([OIDC_ISSUER] if OIDC_ISSUER else [])],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "governance.ui.errors.csrf_failure"
_HTTPS = PRODUCTION and not flag("PLAIN_HTTP")
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _HTTPS
if flag("BEHIND_PROXY"):
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # rate limits count the address that the proxy saw, and no other
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "governance.api.authentication.BearerAuthentication",
        "governance.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["governance.api.permissions.ScopedAccess"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["governance.api.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "governance.api.schema.ApiSchema",
    "DEFAULT_PAGINATION_CLASS": None,
    "EXCEPTION_HANDLER": "governance.api.problems.handle",
    "DEFAULT_THROTTLE_CLASSES": ["governance.api.throttling.CallerThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "token": env("RATE_TOKEN", "1200/min"),
        "user": env("RATE_USER", "1200/min"),
        "anonymous": env("RATE_ANONYMOUS", "60/min"),
        "decision": env("RATE_DECISIONS", "60000/min"),
        "usage": env("RATE_USAGE", "6000/min"),
    },
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "NUM_PROXIES": int(env("PROXIES", "1" if flag("BEHIND_PROXY") else "0")),
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Plumbline",
    "DESCRIPTION": "The system of record for what language models may do in a company.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": ["governance.api.schema.inline_choices"],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "governance.core.logs.RequestFilter"}},
    "formatters": {"line": {"()": "governance.core.logs.Formatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request"]}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"handlers": ["console"], "propagate": False},
        "fontTools": {"level": "ERROR"},
        "pikepdf": {"level": "WARNING"},
        "fido2": {"level": "WARNING"},  # says each credential's id
    },
}

if TESTING:
    CELERY_BROKER_URL = "memory://"
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
