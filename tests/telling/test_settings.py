"""The mail server's settings, read from the environment."""

import json
import os
import subprocess
import sys

NAMES = ("EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS", "EMAIL_USE_SSL", "DEFAULT_FROM_EMAIL", "SITE")
CODE = f"import json; from heed.web import settings as s; print(json.dumps([getattr(s, n) for n in {NAMES}]))"


def read(**set_: str) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HEED_")}
    return subprocess.run([sys.executable, "-c", CODE], env=clean | set_, capture_output=True, text=True)


def settled(**set_: str) -> dict[str, object]:
    return dict(zip(NAMES, json.loads(read(**set_).stdout), strict=True))


def test_without_a_mail_server_letters_go_into_the_folder() -> None:
    assert settled()["EMAIL_BACKEND"] == "heed.people.post.folder.EmailBackend"
    assert settled(HEED_SITE="https://heed.example.org/")["SITE"] == "https://heed.example.org"


def test_a_mail_server_is_spoken_to_over_tls_unless_it_is_on_this_machine() -> None:
    there = settled(HEED_SMTP_HOST="mail.example.org", HEED_MAIL_FROM="Heed <heed@example.org>")
    assert there["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert (there["EMAIL_PORT"], there["EMAIL_USE_TLS"], there["EMAIL_USE_SSL"]) == (587, True, False)
    assert there["DEFAULT_FROM_EMAIL"] == "Heed <heed@example.org>"
    implicit = settled(HEED_SMTP_HOST="mail.example.org", HEED_SMTP_TLS="tls")
    assert (implicit["EMAIL_PORT"], implicit["EMAIL_USE_TLS"], implicit["EMAIL_USE_SSL"]) == (465, False, True)
    assert settled(HEED_SMTP_HOST="127.0.0.1", HEED_SMTP_TLS="none", HEED_SMTP_PORT="25")["EMAIL_PORT"] == 25
    for wrong in ("none", "off"):
        refused = read(HEED_SMTP_HOST="mail.example.org", HEED_SMTP_TLS=wrong)
        assert refused.returncode and "HEED_SMTP_TLS must be" in refused.stderr
