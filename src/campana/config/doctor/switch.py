"""The telephone switch: reachable over ARI, and of a version we know."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlsplit

from campana.config import env
from campana.config.doctor.finding import Finding, note, well, wrong

KNOWN = (20, 22, 23)


def examine() -> Iterator[Finding]:
    url = env.text("CAMPANA_ARI_URL", "")
    if not url:
        yield note("switch", "no Asterisk is named, so nothing is dialled", "name one in CAMPANA_ARI_URL")
        return
    yield ask(url, env.text("CAMPANA_ARI_USER", ""), env.text("CAMPANA_ARI_PASSWORD", ""))


def ask(url: str, user: str, password: str) -> Finding:
    """One request to ``/asterisk/info``. Credentials may stand in the URL."""
    parts = urlsplit(url)
    user, password = user or parts.username or "", password or parts.password or ""
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl().rstrip("/")
    request = urllib.request.Request(f"{bare}/asterisk/info?only=system")
    request.add_header("Authorization", "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode())
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            version = str(json.load(response)["system"]["version"])
    except urllib.error.HTTPError as error:
        if error.code == 401:
            return wrong("switch", "Asterisk refuses our name or password", "compare them with ari.conf")
        return wrong("switch", f"{bare} answers with {error.code}", "the URL must end where ARI lives, usually in /ari")
    except (OSError, ValueError, KeyError) as error:
        return wrong(
            "switch", f"{bare} does not answer ({error})", "start Asterisk; see enabled in http.conf and ari.conf"
        )
    major = int("".join(letter for letter in version.split(".", 1)[0] if letter.isdigit()) or 0)
    if major not in KNOWN:
        return note("switch", f"Asterisk {version} was not tried", "use Asterisk 22")
    return well("switch", f"Asterisk {version}")
