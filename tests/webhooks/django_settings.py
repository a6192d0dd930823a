"""A Django project that is told of messages by django-anymail, and does nothing else."""

SECRET_KEY = "for tests"
INSTALLED_APPS = ["anymail"]
ANYMAIL = {"WEBHOOK_SECRET": "user:pass"}
ALLOWED_HOSTS = ["testserver"]
USE_TZ = True
