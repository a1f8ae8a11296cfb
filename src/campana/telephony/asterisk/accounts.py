"""SIP accounts of agents' browsers: made over ARI in Asterisk's memory, so a password reaches no disk of it.

Asterisk needs ``endpoint``, ``aor`` and ``auth`` of res_pjsip mapped to ``memory`` too, as
deploy/asterisk/etc/sorcery.conf does. After a restart of Asterisk they are gone; a desk that can not register any
more asks for a new one.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

PATIENCE = 3.0

ENDPOINT: Mapping[str, str] = {
    "webrtc": "yes",
    "transport": "transport-ws",
    "context": "campana-closed",
    "disallow": "all",
    "allow": "opus,ulaw,alaw",
    "dtls_auto_generate_cert": "yes",
    "dtmf_mode": "rfc4733",
    "rewrite_contact": "yes",
    "direct_media": "no",
    "timers": "no",
    # A browser that is gone says nothing: its silence ends the leg, and the engine keeps the customer.
    "rtp_timeout": "10",
    "rtp_timeout_hold": "10",
}
AOR: Mapping[str, str] = {
    "max_contacts": "1",
    "remove_existing": "yes",
    "minimum_expiration": "30",
    "maximum_expiration": "300",
}


class Unreachable(OSError):
    """Asterisk did not do it: the reason, without any secret."""


@dataclass(frozen=True, slots=True)
class AsteriskAccounts:
    url: str
    user: str
    password: str

    def open(self, name: str, password: str) -> None:
        """Make the account, or give it a new password; the old one opens nothing any more."""
        self._put("auth", name, {"auth_type": "userpass", "username": name, "password": password})
        self._put("aor", name, AOR)
        self._put("endpoint", name, {**ENDPOINT, "auth": name, "aors": name})

    def close(self, name: str) -> None:
        """Nobody registers with it any more; a call that is up goes on. Closing what is not there is no error."""
        self._ask("DELETE", f"auth/{name}")

    def _put(self, kind: str, name: str, fields: Mapping[str, str]) -> None:
        body = {"fields": [{"attribute": key, "value": value} for key, value in fields.items()]}
        self._ask("PUT", f"{kind}/{name}", body)

    def _ask(self, method: str, path: str, body: object = None) -> None:
        access = b64encode(f"{self.user}:{self.password}".encode()).decode()
        request = urllib.request.Request(
            f"{self.url.rstrip('/')}/asterisk/config/dynamic/res_pjsip/{path}",
            method=method,
            data=json.dumps(body).encode() if body is not None else None,
            headers={"Authorization": f"Basic {access}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE):
                pass
        except urllib.error.HTTPError as error:
            if method != "DELETE" or error.code != HTTPStatus.NOT_FOUND:
                raise Unreachable(f"{error.code} to {method} {path.partition('/')[0]}") from None
        except OSError as error:
            raise Unreachable(type(error).__name__) from None
