"""The manifests' CronJobs, from the one definition of the schedules."""

import textwrap

from devstack.settings import CHECKOUT
from schedules import SCHEDULES, START_WITHIN, Schedule

TEMPLATE = CHECKOUT / "tools/src/devstack/codegen/partials/cron_job.yaml"
HEAD = "# Made by `make generate` from libs/schedules; do not edit.\n"


def cron_jobs() -> str:
    """Return one CronJob for each schedule."""
    return HEAD + "---\n".join(_job(schedule) for schedule in SCHEDULES)


def _job(schedule: Schedule) -> str:
    reason = "\n".join(f"# {line}" for line in textwrap.wrap(schedule.reason, 98))
    text = TEMPLATE.read_text()
    given = {
        "REASON": reason,
        "KIND": schedule.kind,
        "CRON": schedule.cron,
        "START_WITHIN": f"{START_WITHIN.total_seconds():.0f}",
    }
    for name, value in given.items():
        text = text.replace(f"@{name}@", value)
    return text
