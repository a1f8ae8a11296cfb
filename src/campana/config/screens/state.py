"""The state that is photographed: the demo's organisation after forty minutes of work, and what it lacks for a picture.

The same seed makes the same people and contacts. The engine ran on a virtual clock that ends at ``now`` and then
stopped, so nothing moves while the pictures are taken.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from campana.config.screens import furnished

if TYPE_CHECKING:
    from campana.accounts.actors import Actor
    from campana.campaigns.models import Campaign
    from campana.kernel.clock import Instant

PASSWORD: Final = "a bell rings in the demo"
WORKED: Final = timedelta(minutes=40)
CONTACTS = (
    ("Nguyễn Thị Hồng Nhung", "Lumen Fibre", "+84 90 123 45 67"),
    ("Žaneta Šťastná", "Stará pekárna", "+420 601 123 456"),
    ("Ольга Мельникова", "Северный дом", "+7 912 345-67-89"),
    ("Margaret Ellison", "Old Mill", "+1 617 555 0142"),
    ("Đặng Quang Huy", "", "+84 91 234 56 78"),
    ("Zdeněk Procházka", "Quarry Lane", "+420 602 234 567"),
)
DRAFT: Final = "Renewals, January"
STATES = (
    ("Overdue invoices, step 2", "paused", "hotlines_failing"),
    ("Black Friday offer", "not_approved", ""),
    ("Win-back, summer leavers", "finished", "exhausted"),
)


@dataclass(frozen=True)
class Told:
    """Who may sign in, and the ids of the things that have a page of their own."""

    people: dict[str, str]
    """Key (admin, supervisor, you) to e-mail address; the password is PASSWORD."""
    ids: dict[str, int] = field(default_factory=dict)


def make(now: Instant, *, seed: int = 1, contacts: int = 400) -> Told:
    """Everything, in an empty migrated database."""
    from campana.accounts.models import User
    from campana.config.demo import people
    from campana.config.demo.world import fill
    from campana.tenancy import system_scope

    fill(contacts=contacts, seed=seed, now=now - WORKED)
    with system_scope():
        _work(seed, now)
        keyed = {person.key: person.email for person in (people.OWNER, people.SUPERVISOR, people.YOU)}
        for user in User.objects.filter(email__in=keyed.values()):
            user.set_password(PASSWORD)
            user.save(update_fields=["password"])
        ids = _furnish(now)
    return Told(keyed, ids)


def _work(seed: int, now: Instant) -> None:
    from campana.campaigns.models import Campaign
    from campana.config.demo.desks import Desks
    from campana.config.demo.floor import DemoWorld
    from campana.runtime.lockstep import Lockstep
    from campana.sim.switch import SimulatedSwitch, SteppedClock

    campaign = Campaign.objects.get()
    began = now - WORKED
    clock = SteppedClock(began)
    desks = Desks(clock)
    asked: list[Any] = []
    demo = DemoWorld(campaign.organisation_id, seed=seed, people=asked.append, seats=desks.seats, results=desks.results)
    lockstep = Lockstep(
        campaign.organisation_id,
        SimulatedSwitch(demo.world, clock),
        began,
        clock=clock.advance,
        hear=lambda fact: demo.hear(fact, clock()),
    )

    def done() -> bool:
        while asked:
            wishes, asked[:] = asked[:], []
            for wish in wishes:
                desks.do(wish)
            lockstep.shell.read_mailbox(clock())
        return False

    demo.floor.open(began)
    lockstep.run(until=now, done=done)
    lockstep.finish()


def _furnish(now: Instant) -> dict[str, int]:
    from campana.accounts.models import Organisation, Role, User
    from campana.accounts.operations.api_keys import create_api_key
    from campana.accounts.queries import actor_of_user
    from campana.calls.models import Attempt
    from campana.campaigns.models import Campaign
    from campana.config.demo import people
    from campana.crm import operations as crm
    from campana.crm.models import Contact, ContactGroup, ContactImport, CustomField
    from campana.hotlines.models import Hotline, Trunk
    from campana.scripts.models import ResultSet, Script
    from campana.workforce.models import Agent

    organisation = Organisation.objects.get(slug=people.SLUG)
    owner = User.objects.get(email=people.OWNER.email)
    admin = actor_of_user(owner, None)
    assert admin is not None
    running = Campaign.objects.get()
    crm.save_field(actor=admin, label="Tariff", now=now)
    crm.save_field(actor=admin, label="Contract ends", type="date", now=now)
    made = [
        crm.create_contact(
            actor=admin,
            values={
                "name": name,
                "company": company,
                "phones": [number],
                "email": f"contact{n}@example.org",
                "owner_id": owner.pk,
                "fields": {"tariff": "Fibre 300", "contract_ends": "2026-12-31"},
            },
            now=now,
        )
        for n, (name, company, number) in enumerate(CONTACTS)
    ]
    crm.suppress(actor=admin, contact=made[1], reason="opt_out", note="Asked not to be called again", now=now)
    crm.suppress(actor=admin, number="+1 617 555 0177", reason="complaint", now=now)
    crm.create_group(actor=admin, name="Contracts that end this year", now=now)
    condition = {"all": [{"field": "name", "op": "contains", "value": "a"}]}
    saved = crm.save_filter(actor=admin, name="With an a in the name", condition=condition, now=now)
    sheet = "Jméno;Telefon;Tarif\r\nŘehoř Malý;601 123 456;Fibre 300\r\nŽaneta Bílá;6,01E+08;Fibre 100\r\n"
    uploaded = crm.upload_import(actor=admin, file_name="leden.csv", chunks=[sheet.encode("cp1250")], now=now)
    create_api_key(actor=admin, name="Web shop", role=owner.role, scopes=["contacts.view"], now=now)
    _campaigns(admin, running, now)
    _webhook(admin, now)
    ended = Attempt.objects.filter(result__isnull=False, ended_at__isnull=False).order_by("-pk").first()
    assert ended is not None, "the floor talked to nobody"
    seats = list(Agent.objects.order_by("pk").values_list("pk", flat=True)[:8])
    more = furnished.furnish(admin, seats, now)
    draft = Campaign.objects.get(name=DRAFT)
    for one in (running.pk, draft.pk, more["ahead_draft"]):
        furnished.forecast(admin, one, now)
    return {
        **more,
        "campaign": running.pk,
        "task": ended.task_id or 0,
        "attempt": ended.pk,
        "draft": draft.pk,
        "contact": made[0].pk,
        "contact_group": ContactGroup.objects.order_by("pk").values_list("pk", flat=True)[0],
        "filter": saved.pk,
        "field": CustomField.objects.values_list("pk", flat=True)[0],
        "import": ContactImport.objects.order_by("pk").values_list("pk", flat=True)[0],
        "mapping": uploaded.pk,
        "agent": Agent.objects.order_by("pk").values_list("pk", flat=True)[0],
        "you": Agent.objects.get(user__email=people.YOU.email).pk,
        "hotline": Hotline.objects.order_by("pk").values_list("pk", flat=True)[0],
        "trunk": Trunk.objects.values_list("pk", flat=True)[0],
        "result_set": ResultSet.objects.values_list("pk", flat=True)[0],
        "script": Script.objects.filter(is_default=False).values_list("pk", flat=True)[0],
        "person": owner.pk,
        "role": Role.objects.get(organisation=organisation, key="supervisor").pk,
        "deleted": _deleted(admin, now),
        "suppressed": Contact.objects.get(name=CONTACTS[1][0]).pk,
    }


def _campaigns(admin: Actor, running: Campaign, now: Instant) -> None:
    """One of each state of life, beside the running one."""
    from campana.campaigns.models import Campaign
    from campana.campaigns.operations import add_sources, create_campaign
    from campana.crm.models import ContactGroup
    from campana.hotlines.models import Hotline
    from campana.workforce.models import Agent

    draft = create_campaign(
        actor=admin,
        values={
            "name": DRAFT,
            "mode": "preview",
            "hours": dict.fromkeys(range(4), "9-12, 12:30-20") | {4: "9-12, 12:30-18", 5: "9-12:30"},
            "agents": [agent.pk for agent in Agent.objects.order_by("pk")[:8]],
            "hotlines": [Hotline.objects.order_by("pk")[0].pk],
            "end_at": now + timedelta(days=18),
        },
        now=now,
    )
    group = ContactGroup.objects.get(name="Demo list")
    add_sources(campaign=draft, actor=admin, sources=[{"kind": "group", "id": group.pk}], now=now)
    for name, state, reason in STATES:
        made = create_campaign(actor=admin, values={"name": name, "mode": "progressive"}, now=now)
        Campaign.objects.filter(pk=made.pk).update(state=state, state_reason=reason)


def _webhook(admin: Actor, now: Instant) -> None:
    from campana.automation.models import Webhook

    Webhook.objects.get_or_create(
        organisation=admin.organisation,
        url="https://shop.example.org/campana",
        defaults={"events": ["attempt.ended"], "secret": b"s", "created_at": now},
    )


def _deleted(admin: Actor, now: Instant) -> int:
    from campana.crm import operations as crm

    gone = crm.create_contact(actor=admin, values={"name": "Bronwen Hale", "phones": ["+1 617 555 0178"]}, now=now)
    crm.delete_contact(actor=admin, contact=gone, now=now)
    return gone.pk
