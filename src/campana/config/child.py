"""One process of the installation: ``python -m campana.config.child web|pages|events|engine|jobs [options]``."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from typing import Any

import structlog

from campana.config import env
from campana.config.lifeline import watch_parent

log = structlog.get_logger("campana.jobs")
NAMES = ("web", "pages", "events", "engine", "jobs")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="campana.config.child")
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--jobs", type=int, default=4, help="background jobs at a time")
    parser.add_argument("--supervised", action="store_true", help="end when the parent process does")
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campana.config.settings")
    if options.supervised:
        os.environ["CAMPANA_SUPERVISED"] = "1"
        watch_parent()
    if options.name == "engine":
        run_engine()
    elif options.name == "jobs":
        run_jobs(options.jobs)
    else:
        from campana.config.serving import serve

        os.environ["CAMPANA_PAGE_THREADS"] = str(options.threads)
        serve(options.name, host=options.host, port=options.port, workers=options.workers, threads=options.threads)
    return 0


def watch_parent_if_supervised() -> None:
    """For the workers of a supervised server: they outlive a killed master otherwise."""
    if env.boolean("CAMPANA_SUPERVISED", False):
        watch_parent()


def run_engine() -> None:
    """Over the Asterisk of the settings; in the demo over a simulated world."""
    import django

    django.setup()
    if env.boolean("CAMPANA_DEMO", False):
        from campana.config.demo.engine import run

        run(seed=env.integer("CAMPANA_DEMO_SEED", 1), speed=float(env.text("CAMPANA_DEMO_SPEED", "1")))
        return
    from campana.runtime.main import run_engine as run_on_asterisk

    run_on_asterisk()


def run_jobs(at_a_time: int) -> None:
    """The queue of background jobs; SIGTERM lets running jobs finish for ten seconds."""
    import django

    django.setup()
    from procrastinate.contrib.django import app

    with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined,unused-ignore]
        asyncio.run(_work(app, at_a_time))


async def _work(app: Any, at_a_time: int) -> None:
    async with app.open_async():
        mending = asyncio.create_task(_take_up_stalled(app))
        try:
            await app.run_worker_async(
                concurrency=at_a_time,
                shutdown_graceful_timeout=10.0,
                delete_jobs="successful",
                name="campana",
            )
        finally:
            mending.cancel()


async def _take_up_stalled(app: Any) -> None:
    """Jobs whose worker was killed are done again: a job must bear being begun twice."""
    while True:
        for job in await app.job_manager.get_stalled_jobs():
            log.warning("job taken up again", job=job.id, task=job.task_name)
            await app.job_manager.retry_job(job)
        await asyncio.sleep(15)


if __name__ == "__main__":
    sys.exit(main())
