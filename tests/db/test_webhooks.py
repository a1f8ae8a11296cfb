"""Webhooks: from a fact to a signed request, through failures and pauses, and never to our own doors."""

from __future__ import annotations

import hashlib
import hmac
import socket
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campana.accounts.models import AuditEntry
from campana.accounts.sealing import seal, unseal
from campana.automation import operations, queries
from campana.automation.models import Delivery, Webhook
from campana.automation.operations import send as sending
from campana.automation.operations.addresses import BadUrl, PrivateAddress, is_public, resolve, target_of
from campana.automation.operations.deliver import PAUSES
from campana.campaigns.operations import Selection, reopen_campaign, stop_task
from campana.crm.imports.run import run_import
from campana.crm.operations import start_import, upload_import
from campana.kernel.refusals import NotAllowed, NotFound, Refused
from campana.relay import facts
from campana.tenancy import organisation_scope, system_scope
from support.campaigns import approved, contacts, in_state, tasks
from support.cast import NOW, Cast, actor
from support.jobs import do_waiting
from support.receiver import Receiver, receiver

ENDED = (facts.ATTEMPT_ENDED, {"attempt_id": 7, "outcome": "busy"})
FINAL = (facts.TASK_FINAL, {"task_id": 3, "state": "completed"})


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as it:
        yield it


@pytest.fixture(autouse=True)
def scope(cast: Cast, settings: Any) -> Iterator[None]:
    settings.WEBHOOKS_PRIVATE = True
    with organisation_scope(cast.lumen.pk):
        yield


def add(cast: Cast, url: str, *events: str) -> tuple[Webhook, str]:
    return operations.add_webhook(url=url, events=events or (facts.ATTEMPT_ENDED,), actor=actor(cast.ada), now=NOW)


def deliver(webhook: Webhook, clock: Hands) -> bool:
    return operations.deliver_waiting(webhook_id=webhook.pk, clock=clock)


# --- from fact to row ----------------------------------------------------------------------------


def test_a_fact_becomes_a_delivery_for_each_webhook_that_asked(cast: Cast, hook: Receiver) -> None:
    both, _ = add(cast, hook.url, facts.ATTEMPT_ENDED, facts.TASK_FINAL)
    one, _ = add(cast, hook.url, facts.TASK_FINAL)
    facts.publish(cast.lumen.pk, [ENDED, FINAL, (facts.CAMPAIGN_MOVED, {})], NOW)
    rows = Delivery.objects.order_by("id").values_list("webhook_id", "event", "payload")
    assert sorted(rows, key=str) == sorted([(both.pk, *ENDED), (both.pk, *FINAL), (one.pk, *FINAL)], key=str)
    assert [row[1] for row in rows if row[0] == both.pk] == [facts.ATTEMPT_ENDED, facts.TASK_FINAL]


def test_nobody_hears_of_another_organisation(cast: Cast, hook: Receiver) -> None:
    add(cast, hook.url)
    with system_scope():
        facts.publish(cast.other.pk, [ENDED], NOW)
    assert Delivery.objects.count() == 0


def test_what_people_do_to_campaigns_and_contacts_is_told_as_well(cast: Cast, hook: Receiver) -> None:
    add(cast, hook.url, facts.CAMPAIGN_MOVED, facts.TASK_FINAL)
    campaign = approved(cast, contacts(cast.lumen, 2))
    stopped = tasks(campaign)[0]
    stop_task(task_id=stopped.pk, actor=actor(cast.carol), now=NOW)
    in_state(campaign, "finished")
    reopen_campaign(campaign=campaign, actor=actor(cast.carol), how="return", selection=Selection(), now=NOW)
    told = [(row.event, row.payload["state"]) for row in Delivery.objects.order_by("id")]
    moved = [(facts.CAMPAIGN_MOVED, state) for state in ("processing", "not_approved", "scheduled")]
    assert told == [*moved, (facts.TASK_FINAL, "stopped"), (facts.CAMPAIGN_MOVED, "scheduled")]


def test_a_webhook_that_is_switched_off_hears_nothing(cast: Cast, hook: Receiver) -> None:
    webhook, _ = add(cast, hook.url)
    operations.change_webhook(webhook_id=webhook.pk, active=False, actor=actor(cast.ada), now=NOW)
    facts.publish(cast.lumen.pk, [ENDED], NOW)
    assert Delivery.objects.count() == 0


def test_a_thousand_facts_nobody_wants_cost_one_query(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as asked:
        facts.publish(cast.lumen.pk, [ENDED] * 1000, NOW)
    assert len(asked) == 1


def test_a_thousand_facts_are_written_by_one_statement(cast: Cast, hook: Receiver) -> None:
    add(cast, hook.url)
    with CaptureQueriesContext(connection) as asked:
        facts.publish(cast.lumen.pk, [ENDED] * 1000, NOW)
    assert len(asked) == 2
    assert Delivery.objects.count() == 1000


@pytest.mark.django_db(transaction=True)
def test_a_committed_fact_leaves_one_job_for_its_webhook(cast: Cast, hook: Receiver) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    webhook, _ = add(cast, hook.url)
    for _ in range(3):
        facts.publish(cast.lumen.pk, [ENDED], NOW)
    jobs = ProcrastinateJob.objects.filter(task_name="campana.automation.deliver", status="todo")
    assert jobs.filter(args__webhook_id=webhook.pk).count() == 1


# --- from row to request -------------------------------------------------------------------------


def test_a_delivery_is_signed_with_the_secret_of_its_webhook(cast: Cast, hook: Receiver, clock: Hands) -> None:
    webhook, secret = add(cast, hook.url)
    facts.publish(cast.lumen.pk, [ENDED], NOW)
    assert deliver(webhook, clock) is False
    [got] = hook.received
    delivery = Delivery.objects.get()
    assert got.path == "/hook?x=1"
    assert got.content == {
        "id": delivery.pk,
        "event": facts.ATTEMPT_ENDED,
        "created_at": NOW.isoformat(),
        "data": ENDED[1],
    }
    moment, _, given = got.headers["Campana-Signature"].partition(",v1=")
    expected = hmac.new(secret.encode(), moment.removeprefix("t=").encode() + b"." + got.body, hashlib.sha256)
    assert given == expected.hexdigest()
    assert moment == f"t={int(NOW.timestamp())}"
    assert (delivery.delivered_at, delivery.next_at, delivery.status, delivery.tries) == (NOW, None, 200, 1)


def test_what_was_delivered_is_not_sent_again(cast: Cast, hook: Receiver, clock: Hands) -> None:
    webhook, _ = add(cast, hook.url)
    facts.publish(cast.lumen.pk, [ENDED], NOW)
    deliver(webhook, clock)
    clock.now += timedelta(days=2)
    deliver(webhook, clock)
    assert len(hook.received) == 1


def test_a_failure_is_tried_eight_times_within_a_day_and_given_up(cast: Cast, hook: Receiver, clock: Hands) -> None:
    webhook, _ = add(cast, hook.url)
    hook.statuses = [500]
    facts.publish(cast.lumen.pk, [ENDED], NOW)
    deliver(webhook, clock)
    for pause in PAUSES:
        clock.now += pause - timedelta(seconds=1)
        deliver(webhook, clock)
        clock.now += timedelta(seconds=1)
        deliver(webhook, clock)
    delivery = Delivery.objects.get()
    assert len(hook.received) == delivery.tries == 8
    assert (delivery.next_at, delivery.delivered_at, delivery.status, delivery.problem) == (None, None, 500, "status")
    assert timedelta(hours=20) < clock.now - NOW <= timedelta(days=1)
    assert len({got.body for got in hook.received}) == 1
    assert len({got.headers["Campana-Signature"] for got in hook.received}) == 8


def test_the_beginning_of_what_the_receiver_said_is_kept(cast: Cast, hook: Receiver, clock: Hands) -> None:
    webhook, _secret = add(cast, hook.url, facts.TASK_FINAL)
    hook.statuses, hook.says = [500, 200], b"no such \xff table\0" + b"x" * 5000
    operations.send_test(webhook_id=webhook.pk, actor=actor(cast.ada), now=clock())
    deliver(webhook, clock)
    row = Delivery.objects.get()
    assert (row.status, row.delivered_at, len(row.answer)) == (500, None, 1999)
    assert row.answer.startswith("no such \ufffd tablex")


def test_a_success_after_failures_makes_the_webhook_well(cast: Cast, hook: Receiver, clock: Hands) -> None:
    webhook, _ = add(cast, hook.url)
    hook.statuses = [503, 200]
    facts.publish(cast.lumen.pk, [ENDED], NOW)
    deliver(webhook, clock)
    webhook.refresh_from_db()
    assert webhook.failing_since == NOW
    clock.now += PAUSES[0]
    deliver(webhook, clock)
    webhook.refresh_from_db()
    assert webhook.failing_since is None


def test_a_dead_receiver_is_not_hammered(cast: Cast, hook: Receiver, clock: Hands) -> None:
    webhook, _ = add(cast, hook.url)
    hook.statuses = [500]
    facts.publish(cast.lumen.pk, [ENDED] * 50, NOW)
    assert deliver(webhook, clock) is False
    assert len(hook.received) == 3


def test_a_webhook_dead_for_days_is_switched_off(cast: Cast, hook: Receiver, clock: Hands) -> None:
    webhook, _ = add(cast, hook.url)
    hook.statuses = [500]
    for _ in range(4):
        facts.publish(cast.lumen.pk, [ENDED], clock.now)
        deliver(webhook, clock)
        for pause in PAUSES:
            clock.now += pause
            deliver(webhook, clock)
    webhook.refresh_from_db()
    assert (webhook.active, webhook.failing_since) == (False, NOW)
    assert webhook.disabled_at is not None
    assert webhook.disabled_at - NOW >= timedelta(days=2)
    assert not Delivery.objects.filter(next_at__isnull=False).exists()
    assert AuditEntry.objects.get(action="webhook.switched_off").object_id == str(webhook.pk)
    do_waiting()
    [letter] = mail.outbox
    assert letter.to == [cast.ada.email]
    assert hook.url in letter.body
    operations.change_webhook(webhook_id=webhook.pk, active=True, actor=actor(cast.ada), now=clock.now)
    webhook.refresh_from_db()
    assert (webhook.active, webhook.failing_since, webhook.disabled_at) == (True, None, None)


def test_a_try_that_never_told_its_end_is_repeated(cast: Cast, hook: Receiver, clock: Hands) -> None:
    webhook, _ = add(cast, hook.url)
    facts.publish(cast.lumen.pk, [ENDED], NOW)
    Delivery.objects.update(tries=1, tried_at=NOW, next_at=NOW + timedelta(minutes=2))  # as a killed worker leaves it
    deliver(webhook, clock)
    assert hook.received == []
    clock.now += timedelta(minutes=2)
    assert queries.webhooks_with_work(clock.now) == [webhook.pk]
    deliver(webhook, clock)
    assert len(hook.received) == 1


def test_a_given_up_delivery_can_be_sent_once_more(cast: Cast, hook: Receiver, clock: Hands) -> None:
    webhook, _ = add(cast, hook.url)
    facts.publish(cast.lumen.pk, [ENDED], NOW)
    delivery = Delivery.objects.get()
    Delivery.objects.update(tries=8, next_at=None, problem="timeout")
    operations.repeat_delivery(webhook_id=webhook.pk, delivery_id=delivery.pk, actor=actor(cast.ada), now=NOW)
    deliver(webhook, clock)
    assert [got.content["id"] for got in hook.received] == [delivery.pk]


def test_a_redirect_is_not_followed(cast: Cast, hook: Receiver, clock: Hands) -> None:
    webhook, _ = add(cast, hook.url)
    hook.statuses, hook.headers = [302], {"Location": hook.url.replace("/hook", "/inside")}
    facts.publish(cast.lumen.pk, [ENDED], NOW)
    deliver(webhook, clock)
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.problem, delivery.delivered_at) == (302, "redirect", None)
    assert [got.path for got in hook.received] == ["/hook?x=1"]


def test_nobody_there_is_a_failed_connection(cast: Cast, clock: Hands) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        webhook, _ = add(cast, f"http://127.0.0.1:{reserved.getsockname()[1]}/")
        facts.publish(cast.lumen.pk, [ENDED], NOW)
        deliver(webhook, clock)
    assert Delivery.objects.get().problem == "connection"


def test_a_receiver_that_drips_is_cut_off(cast: Cast, clock: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "DEADLINE", 0.3)
    done = threading.Event()

    def drip(listener: socket.socket) -> None:
        peer, _ = listener.accept()
        with peer:
            while not done.wait(0.05):
                try:
                    peer.sendall(b"H")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip, args=(listener,))
        thread.start()
        webhook, _ = add(cast, f"http://127.0.0.1:{listener.getsockname()[1]}/")
        facts.publish(cast.lumen.pk, [ENDED], NOW)
        deliver(webhook, clock)
        done.set()
        thread.join()
    assert Delivery.objects.get().problem == "timeout"


# --- our own doors -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "255.255.255.255", "224.0.0.1", "192.0.2.1", "198.18.0.1", "240.0.0.1"),
        *("::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
        *("64:ff9b::127.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "::7f00:1", "2001:db8::1"),
    ],
)
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.com/", "ftp://example.com/", "https://", "https:///x", "//example.com/", "example.com"),
        *("https://user:word@example.com/", "https://user@example.com/", "https://example.com:99999/", "https://[::1"),
        *("https://example.com/\r\nX: y", "https://ex ample.com/", "https://example.com:0/", "https://\u00e9.example/"),
    ],
)
def test_an_address_that_is_no_https_address_is_refused(cast: Cast, settings: Any, url: str) -> None:
    settings.WEBHOOKS_PRIVATE = False
    with pytest.raises(BadUrl):
        add(cast, url)


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1/", "https://localhost/", "https://[::1]:8443/", "https://10.0.0.1/", "https://a.localhost/"],
)
def test_an_address_inside_is_refused_when_it_is_entered(cast: Cast, settings: Any, url: str) -> None:
    settings.WEBHOOKS_PRIVATE = False
    with pytest.raises(PrivateAddress):
        add(cast, url)


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::ffff:169.254.169.254"]])
def test_a_name_that_leads_inside_is_refused_when_it_is_delivered(
    cast: Cast, settings: Any, clock: Hands, monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    settings.WEBHOOKS_PRIVATE = False
    webhook, _ = add(cast, "https://rebound.example/")
    facts.publish(cast.lumen.pk, [ENDED], NOW)
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (address, 443)) for address in addresses]
    )
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("it must not connect"))
    deliver(webhook, clock)
    assert Delivery.objects.get().problem == "private_address"


def test_the_connection_goes_to_the_address_that_was_checked(hook: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the second answer would lead elsewhere, so there must be no second question."""
    port = int(hook.url.split(":")[2].split("/")[0])
    asked: list[str] = []

    def answer(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        address = host if host[0].isdigit() else "127.0.0.1" if len(asked) == 1 else "127.0.0.99"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    target = target_of(f"http://rebound.example:{port}/hook", private=True)
    assert sending.send(target, b"{}", {}, private=True).status == 200
    assert [name for name in asked if not name[0].isdigit()] == ["rebound.example"]
    assert hook.received[0].headers["Host"] == f"rebound.example:{port}"


def test_an_unknown_host_is_told_so() -> None:
    with pytest.raises(Refused, match="not known"):
        resolve(target_of("https://nowhere.invalid/", private=False), private=False)


# --- managing ------------------------------------------------------------------------------------


def test_the_secret_is_sealed_in_the_database(cast: Cast, hook: Receiver) -> None:
    webhook, secret = add(cast, hook.url)
    webhook.refresh_from_db()
    assert secret.encode() not in bytes(webhook.secret)
    assert unseal(bytes(webhook.secret)) == secret


def test_a_changed_key_of_the_installation_still_reads_old_secrets(settings: Any) -> None:
    settings.SEALING_KEYS = ["old"]
    sealed = seal("hush")
    settings.SEALING_KEYS = ["new", "old"]
    assert unseal(sealed) == "hush"
    assert unseal(seal("hush")) == "hush"


def test_a_lost_key_fails_the_delivery_and_not_the_job(cast: Cast, hook: Receiver, clock: Hands, settings: Any) -> None:
    webhook, _ = add(cast, hook.url)
    facts.publish(cast.lumen.pk, [ENDED], NOW)
    settings.SEALING_KEYS = ["another"]
    deliver(webhook, clock)
    assert Delivery.objects.get().problem == "secret_lost"


def test_a_renewed_secret_signs_from_now_on(cast: Cast, hook: Receiver, clock: Hands) -> None:
    webhook, old = add(cast, hook.url)
    _, new = operations.renew_secret(webhook_id=webhook.pk, actor=actor(cast.ada), now=NOW)
    facts.publish(cast.lumen.pk, [ENDED], NOW)
    deliver(webhook, clock)
    assert new != old
    assert hook.received[0].headers["Campana-Signature"] == sending.signature(new, hook.received[0].body, NOW)


def test_changes_are_audited_without_the_secret(cast: Cast, hook: Receiver) -> None:
    webhook, secret = add(cast, hook.url)
    ada = actor(cast.ada)
    operations.change_webhook(webhook_id=webhook.pk, events=[facts.TASK_FINAL], actor=ada, now=NOW)
    operations.renew_secret(webhook_id=webhook.pk, actor=ada, now=NOW)
    operations.remove_webhook(webhook_id=webhook.pk, actor=ada, now=NOW)
    entries = AuditEntry.objects.filter(object_type="webhook").order_by("id")
    assert [entry.action for entry in entries] == [f"webhook.{it}" for it in ("add", "change", "secret", "remove")]
    assert secret not in str([(entry.before, entry.after) for entry in entries])


def test_only_who_may_manages_webhooks_and_only_of_his_organisation(cast: Cast, hook: Receiver) -> None:
    webhook, _ = add(cast, hook.url)
    with pytest.raises(NotAllowed):
        operations.remove_webhook(webhook_id=webhook.pk, actor=actor(cast.carol), now=NOW)
    with pytest.raises(NotFound):
        operations.remove_webhook(webhook_id=webhook.pk, actor=actor(cast.dave), now=NOW)
    assert Webhook.objects.count() == 1


def test_an_organisation_has_at_most_twenty_webhooks(cast: Cast, hook: Receiver) -> None:
    for _ in range(20):
        add(cast, hook.url)
    with pytest.raises(Refused) as refused:
        add(cast, hook.url)
    assert (refused.value.code, "20" in str(refused.value)) == ("too_many_webhooks", True)


def test_old_deliveries_are_forgotten_and_waiting_ones_kept(cast: Cast, hook: Receiver) -> None:
    add(cast, hook.url)
    facts.publish(cast.lumen.pk, [ENDED, ENDED], NOW)
    done = Delivery.objects.order_by("id").first()
    assert done is not None
    Delivery.objects.filter(pk=done.pk).update(next_at=None, delivered_at=NOW)
    assert queries.done_before(NOW + timedelta(days=29)).count() == 0
    assert [it.pk for it in queries.done_before(NOW + timedelta(days=31))] == [done.pk]


def test_a_finished_import_is_told_with_its_counts(cast: Cast, hook: Receiver, settings: Any, tmp_path: Path) -> None:
    add(cast, hook.url, facts.IMPORT_FINISHED)
    settings.MEDIA_ROOT = tmp_path
    carol = actor(cast.carol)
    rows = b"Name,Phone\nJana,601123456\nEva,none\n"
    uploaded = upload_import(actor=carol, file_name="x.csv", chunks=[rows], now=NOW)
    started = start_import(actor=carol, imported=uploaded, mapping=None, options={}, now=NOW)
    run_import(import_id=started.pk, now=NOW)
    payload = Delivery.objects.get().payload
    assert (payload["import_id"], payload["state"], payload["rows"]) == (started.pk, "finished", 2)
    assert payload["added"] + payload["invalid"] == 2
