"""``bin/sim campaign|replay|calibrate``: what needs the database or the templates; the rest is ``campana.sim``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campana.config.cli.database import database, setup
from campana.config.cli.organisation import actor_for
from campana.config.cli.say import Sorry, heard_enough
from campana.sim.__main__ import main as simulate
from campana.sim.arguments import day, new_file, some
from campana.sim.terminal import passing

if TYPE_CHECKING:
    from campana.campaigns.models import Campaign
    from campana.kernel.clock import Instant
    from campana.sim.campaign.plan import Plan
    from campana.sim.campaign.report import Ran

OURS = ("campaign", "replay", "calibrate")


def main(arguments: Sequence[str] | None = None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if not given or given[0] not in OURS:
            return simulate(given)
        options = _parser().parse_args(given)
        return int(options.run(options))
    except Sorry as sorry:
        sys.stderr.write(f"sim: {sorry}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("sim: stopped\n")
        return 130
    except BrokenPipeError:
        return heard_enough()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bin/sim", description="Campaigns in virtual time, through the real engine.")
    commands = parser.add_subparsers(required=True)
    campaign = commands.add_parser("campaign", help="a scenario file, or a campaign's own contacts, team and history")
    campaign.add_argument("file", type=Path, nargs="?", help="a scenario; docs/examples has some")
    campaign.add_argument("--campaign", type=int, metavar="ID")
    campaign.add_argument("--compare", default="", metavar="MODES", help="dial modes side by side: progressive,preview")
    campaign.add_argument("--agents", type=int, metavar="N", help="so many people instead")
    campaign.set_defaults(run=_campaign)
    replay = commands.add_parser("replay", help="a past day once more, as it was and with another setting")
    replay.add_argument("--campaign", type=int, metavar="ID", required=True)
    replay.add_argument("--day", type=day, required=True, help="YYYY-MM-DD, on the organisation's clock")
    replay.set_defaults(run=_replay)
    for each in (campaign, replay):
        each.add_argument("--organisation", metavar="SLUG", required=each is replay)
        each.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", dest="changes")
        each.add_argument("--seed", type=int, default=1)
        each.add_argument("--json", action="store_true")
        each.add_argument("--html", type=new_file, metavar="FILE", help="also write one page with charts")
        each.add_argument(
            "--most", type=some, metavar="N", default=40_000, help="attempts through the engine; the rest is walked"
        )
    proof = commands.add_parser("calibrate", help="how often the truth of unknown campaigns lies in the range shown")
    proof.add_argument("--campaigns", type=some, metavar="N", default=30)
    proof.add_argument("--first", type=int, default=1001, help="the seed of the first one")
    proof.add_argument("--mode", help="all of them in this dial mode instead of the drawn one")
    proof.add_argument("--json", action="store_true")
    proof.set_defaults(run=_calibrate)
    return parser


def _progress(name: str, attempts: int, now: Instant) -> None:
    passing(f"{name}: {attempts:,} attempts, {now:%a %d %b %H:%M} UTC ")


# --- a campaign -----------------------------------------------------------------------------------


def _campaign(options: argparse.Namespace) -> int:
    from campana.sim.campaign.scenario import BadScenario, changed, mode_of, read

    if (options.file is None) == (options.campaign is None):
        raise Sorry("name a scenario file, or --campaign ID with --organisation SLUG")
    with _ready(options) as found:
        try:
            plan = read(options.file) if found is None else _plan_of(found)
            name = options.file.stem if found is None else found.name
            if options.agents is not None:
                plan = changed(plan, f"agents={options.agents}")
            for setting in options.changes:
                plan = changed(plan, setting)
            modes = [mode_of(word) for word in options.compare.split(",") if word] or [plan.campaign.mode]
        except BadScenario as problem:
            raise Sorry(str(problem)) from problem
        except OSError as problem:
            raise Sorry(f"{options.file}: {problem.strerror}") from problem
        plans = [(mode.value, replace(plan, campaign=replace(plan.campaign, mode=mode))) for mode in modes]
        _tell(options, name, plans, plan.zone, most=options.most)
    return 0


def _plan_of(campaign: Campaign) -> Plan:
    """The campaign's own, with the middle of what its calls say."""
    from campana.forecasting.queries import evidence_of, plan_of
    from campana.kernel.clock import utc_now
    from campana.kernel.refusals import Refused
    from campana.sim.laws import stream

    now = utc_now()
    try:
        plan = plan_of(campaign, now=now)
    except Refused as refused:
        raise Sorry(refused.detail) from refused
    return replace(plan, laws=evidence_of(campaign, now=now).draws(1, stream(1))[0])


# --- a past day -----------------------------------------------------------------------------------


def _replay(options: argparse.Namespace) -> int:
    from campana.kernel.refusals import Refused
    from campana.sim.campaign.scenario import BadScenario, changed

    with _ready(options) as found:
        from campana.forecasting.replay import LIMITS, past_day

        assert found is not None
        try:
            day = past_day(found, options.day)
            plans = [("as it was", day.plan)]
            other = day.plan
            for setting in options.changes:
                other = changed(other, setting)
            if options.changes:
                plans.append((", ".join(options.changes), other))
        except Refused as refused:
            raise Sorry(refused.detail) from refused
        except BadScenario as problem:
            raise Sorry(str(problem)) from problem
        real = ", ".join(f"{name.replace('_', ' ')} {value:,.10g}" for name, value in day.real.items())
        _tell(
            options,
            f"{found.name}, {options.day}",
            plans,
            day.plan.zone,
            told=[f"What really happened: {real}."],
            limits=LIMITS,
            real=day.real,
            until=day.end,
            callees=day.callees,
        )
    return 0


# --- telling --------------------------------------------------------------------------------------


def _tell(
    options: argparse.Namespace,
    title: str,
    plans: list[tuple[str, Plan]],
    zone: str,
    *,
    told: Sequence[str] = (),
    limits: str = "",
    real: dict[str, float] | None = None,
    **more: Any,
) -> None:
    from campana.sim.campaign.report import in_words, side_by_side

    progress = _progress if sys.stderr.isatty() else None
    rows: list[Ran] = side_by_side(plans, options.seed, progress=progress, **more)
    passing("")
    if options.json:
        found: dict[str, Any] = {"title": title, "seed": options.seed, "runs": [row.as_json() for row in rows]}
        if real is not None:
            found |= {"real": real, "limits": limits}
        print(json.dumps(found, indent=1))
    else:
        print("\n".join([title, *told, in_words(rows, zone), *([limits] if limits else [])]))
    if options.html:
        from campana.forecasting.page import page

        options.html.write_text(page(title, rows, zone=zone, told=told, limits=limits), encoding="utf-8")


@contextmanager
def _ready(options: argparse.Namespace) -> Iterator[Campaign | None]:
    """With the database where a campaign is named; else only the templates are set up, and nothing is connected."""
    if options.campaign is None:
        os.environ.setdefault("DATABASE_URL", "postgresql:///nobody-connects")
        os.environ.setdefault("CAMPANA_SECRET_KEY", "nothing is signed here")
        setup()
        yield None
        return
    if not options.organisation:
        raise Sorry("--campaign needs --organisation SLUG")
    with database():
        from campana.campaigns.queries.overview import campaign_of
        from campana.kernel.refusals import NotFound
        from campana.tenancy import organisation_scope, system_scope

        with system_scope():
            actor = actor_for(options)
        with organisation_scope(actor.organisation.pk):
            try:
                found = campaign_of(actor, options.campaign)
            except NotFound:
                raise Sorry(f"the organisation has no campaign {options.campaign}") from None
            yield found


# --- the proof ------------------------------------------------------------------------------------


def _calibrate(options: argparse.Namespace) -> int:
    from campana.sim.campaign.calibrate import Case, calibrate, proof
    from campana.sim.campaign.scenario import BadScenario, mode_of

    def say(case: Case) -> None:
        if not options.json:
            told = case.as_json()
            print(
                f"seed {case.seed}: {told['early']} – {told['late']}, done {told['finished']}:"
                f" {'inside' if case.inside else 'outside'}",
                flush=True,
            )

    try:
        mode = mode_of(options.mode) if options.mode else None
    except BadScenario as problem:
        raise Sorry(str(problem)) from problem
    found = proof(calibrate(range(options.first, options.first + options.campaigns), mode=mode), say)
    if options.json:
        print(json.dumps(found, indent=1))
    else:
        width = found["median_width_hours"]
        print(f"{found['inside']} of {found['campaigns']} inside; the range is {width} h wide (median)")
    return 0
