"""Mail with links, sent in the background.

A job carries no secret: the link is made when the mail is written. For a forgotten password the page does the
same work whether the address is known or not.
"""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from campana.accounts.actors import Actor, system_actor
from campana.accounts.models import Organisation, User
from campana.accounts.operations.door import forget_old_tries
from campana.accounts.operations.links import ask_for_reset, make_link
from campana.accounts.queries import actor_of_user
from campana.kernel.clock import utc_now
from campana.kernel.refusals import Refused
from campana.tenancy import organisation_scope

_RETRY = RetryStrategy(max_attempts=4, exponential_wait=4)


@app.task(name="accounts.mail_reset", queue="mail", retry=_RETRY)
def mail_reset(*, email: str, address: str | None, base: str, language: str) -> None:
    """``base`` is the address of the pages, ``https://calls.example.org``."""
    made = ask_for_reset(email=email, address=address, now=utc_now())
    if made is not None:
        user, token = made
        _mail(user, "reset", f"{base}/links/{token}", language)


@app.task(name="accounts.mail_link", queue="mail", retry=_RETRY)
def mail_link(
    *, organisation_id: int, user_id: int, base: str, asked_by: int | None = None, address: str | None = None
) -> None:
    """The link an administrator asked for somebody: an invitation, or a reset for an active person.

    ``asked_by`` is the administrator, whose name the audit log keeps; jobs from before have none.
    """
    organisation = Organisation.objects.get(pk=organisation_id)
    with organisation_scope(organisation_id):
        people = User.objects.filter(organisation=organisation)
        user = people.filter(pk=user_id).select_related("role").exclude(state=User.State.INACTIVE).first()
        asker = people.filter(pk=asked_by).first() if asked_by else None
        actor: Actor | None = actor_of_user(asker, address) if asker else system_actor(organisation)
        if user is None or actor is None:
            return
        try:
            token = make_link(actor=actor, user=user, now=utc_now())
        except Refused:  # what he may, or what the other one is, has changed since he asked
            return
    kind = "invitation" if user.state == User.State.INVITED else "reset"
    _mail(user, kind, f"{base}/links/{token}", user.language or organisation.language)


@app.periodic(cron="17 3 * * *")
@app.task(name="accounts.forget_old_tries", queue="housekeeping")
def housekeeping(timestamp: int) -> None:
    forget_old_tries(now=utc_now())


def _mail(user: User, kind: str, link: str, language: str) -> None:
    words = {"user": user, "organisation": user.organisation, "link": link}
    with translation.override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        subject = render_to_string(f"accounts/mail/{kind}_subject.txt", words).strip()
        body = render_to_string(f"accounts/mail/{kind}.txt", words)
    send_mail(subject, body, None, [user.email])
