"""Which telephone an agent has, and what the browser's telephone needs to reach the exchange."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from campana.kernel.clock import Instant
from campana.workforce.models import Agent

TURN_GOOD_FOR: Final = timedelta(hours=1)


class Telephone(StrEnum):
    BROWSER = "browser"
    SIP = "sip"
    """A telephone of its own on the table; the desk only shows what it does."""
    SIMULATED = "simulated"
    MISSING = "missing"
    """No telephone, and the site does not say where browsers find the exchange."""


class Accounts(Protocol):
    """SIP accounts of browsers, kept by the exchange. Both raise OSError where it does not do it."""

    def open(self, name: str, password: str) -> None: ...

    def close(self, name: str) -> None: ...


def accounts() -> Accounts | None:
    """None where browsers can not telephone: an address or the exchange is not configured."""
    if not settings.TELEPHONE_URL or not settings.ARI_URL:
        return None
    made: Accounts = import_string(settings.TELEPHONE_ACCOUNTS)(
        settings.ARI_URL, settings.ARI_USER, settings.ARI_PASSWORD
    )
    return made


def telephone_of(agent: Agent) -> Telephone:
    if agent.endpoint and not agent.endpoint.startswith("PJSIP/"):
        return Telephone.SIMULATED
    if not agent.in_browser:
        return Telephone.SIP
    return Telephone.BROWSER if accounts() is not None else Telephone.MISSING


def ice_servers(agent: Agent, now: Instant) -> list[dict[str, Any]]:
    """STUN and TURN as a browser wants them. The TURN password is good for an hour (RFC draft of the REST API)."""
    servers: list[dict[str, Any]] = []
    if settings.STUN_SERVERS:
        servers.append({"urls": settings.STUN_SERVERS})
    if settings.TURN_SERVERS and settings.TURN_SECRET:
        user = f"{int((now + TURN_GOOD_FOR).timestamp())}:{agent.account}"
        digest = hmac.new(settings.TURN_SECRET.encode(), user.encode(), hashlib.sha1).digest()
        servers.append(
            {"urls": settings.TURN_SERVERS, "username": user, "credential": base64.b64encode(digest).decode()}
        )
    return servers
