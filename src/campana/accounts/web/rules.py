"""The rules of an organisation in words, and how much of its licence is in use."""

from __future__ import annotations

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from campana.accounts import web
from campana.accounts.actors import Actor
from campana.accounts.models import Organisation, User
from campana.accounts.web.forms import countries
from campana.ui.zones import zone_words


def rules_of(organisation: Organisation) -> list[str]:
    """Sentences an administrator can check against the law of his country."""
    tenant = organisation
    country = dict(countries(_("None"))).get(tenant.default_country) if tenant.default_country else None
    said = [
        _("Nobody on the do-not-call list is called, by campaigns or by hand."),
        _("Campaigns call within their hours, by the clock of %(zone)s or of the person called, as each says.")
        % {"zone": zone_words(tenant.time_zone, get_language() or "en", web.now())},
        _("On holidays of the callee’s country campaigns do not call; where it has none here, %(country)s counts.")
        % {"country": country}
        if country
        else _("Without a country of the organisation only holidays of your own keep campaigns from calling."),
        _often(tenant.frequency_cap),
        _rest(tenant.do_not_call_again_days),
        _kept(tenant.recordings_days),
    ]
    if tenant.record_by_hand:
        said.append(_("Calls that agents make themselves are recorded."))
    if not tenant.machine_detection:
        said.append(_("Answering machines are not detected: whoever picks up counts as a person."))
    if tenant.blocked_prefixes:
        prefixes = ", ".join(f"+{prefix}" for prefix in tenant.blocked_prefixes)
        said.append(_("Numbers that begin with %(prefixes)s are never dialled.") % {"prefixes": prefixes})
    if tenant.campaigns_need_approval:
        said.append(_("No campaign starts before somebody has approved it."))
    if tenant.mask_numbers:
        said.append(_("Who does not edit contacts reads only the last two digits of a number."))
    return said


def usage_of(actor: Actor) -> list[tuple[str, int, int | None]]:
    """What is used, and of how much; None where nothing limits it."""
    tenant = actor.organisation
    live = tenant.attempt_set.filter(ended_at=None).count()
    campaigns = tenant.campaign_set.exclude(state__in=["draft", "archived"]).count()
    people = User.objects.filter(organisation=tenant).exclude(state=User.State.INACTIVE).count()
    return [
        (_("Calls at once, now"), live, tenant.licence_calls),
        (_("Campaigns"), campaigns, tenant.campaigns_limit),
        (_("People who may sign in"), people, None),
        (_("Agents"), tenant.agent_set.count(), None),
    ]


def _often(cap: int) -> str:
    if not cap:
        return _("How often one number is called in a day is not limited for all campaigns together.")
    text = ngettext(
        "One number is called at most %(n)d time in 24 hours, all campaigns together.",
        "One number is called at most %(n)d times in 24 hours, all campaigns together.",
        cap,
    )
    return text % {"n": cap}


def _rest(days: int) -> str:
    if not days:
        return _(
            "Who asks not to be called again is left alone by that campaign only, unless a campaign says otherwise."
        )
    text = ngettext(
        "Who asks not to be called again rests %(n)d day, unless a campaign says otherwise.",
        "Who asks not to be called again rests %(n)d days, unless a campaign says otherwise.",
        days,
    )
    return text % {"n": days}


def _kept(days: int) -> str:
    if not days:
        return _("Recordings are kept until somebody deletes them.")
    text = ngettext("Recordings are kept %(n)d day.", "Recordings are kept %(n)d days.", days)
    return text % {"n": days}
