"""Whole runs from a ClickHouse server, good ones and those that meet its traps."""

from datetime import date, timedelta

import pytest

from events import Dimension

DAY = date(2026, 6, 30)


async def test_every_package_arrives_with_its_30_days(run, configure, truth):
    recorder = await run(configure())
    assert recorder.days() == truth
    assert recorder.plan.facts.problem is None
    assert recorder.plan.facts.packages == len(truth)
    assert recorder.plan.facts.newest_day == DAY
    assert recorder.plan.facts.total == sum(days[-1] for days in truth.values())
    assert len(recorder.plan.facts.totals_by_day) == 30


async def test_downloads_of_no_package_belong_to_nobody(run, configure, truth):
    recorder = await run(configure())
    assert "" not in recorder.days()
    assert sum(recorder.plan.facts.totals_by_day.values()) == sum(map(sum, truth.values()))


async def test_mirrors_are_a_part_and_unknown_installers_are_told(run, configure, truth):
    recorder = await run(configure())
    tenth = {name: [count // 10 for count in days] for name, days in truth.items()}
    assert recorder.mirrors() == tenth
    assert recorder.plan.facts.unknown_installer_share == pytest.approx(0.1)


async def test_batches_are_numbered_counted_and_full(run, configure):
    recorder = await run(configure())
    assert [batch.seq for batch in recorder.daily] == list(range(5))
    assert [len(batch.packages) for batch in recorder.daily] == [25, 25, 25, 25, 20]
    assert set(recorder.events) == {
        *(f"run-1:downloads.daily:{seq}" for seq in range(5)),
        *(f"run-1:downloads.breakdown:{seq}" for seq in range(recorder.plan.batches - 5)),
        "run-1:runs.planned",
    }


async def test_asked_for_twice_gives_the_same_messages(run, configure):
    first = dict((await run(configure())).bodies)
    assert dict((await run(configure(clickhouse_range_packages=7))).bodies) == first


async def test_breakdowns_leave_mirrors_out_where_they_can_be_told(run, configure, truth):
    recorder = await run(configure())
    big = {name for name, days in truth.items() if sum(days) >= 10_000}
    python = recorder.labels(Dimension.PYTHON)
    assert set(python) == big
    for name in big:
        tenths = [count // 10 for count in truth[name]]
        assert python[name] == {
            "": tenths,  # two tenths less the mirrors' one
            "3.11": [5 * count for count in tenths],
            "3.12": [3 * count for count in tenths],
        }
        assert recorder.labels(Dimension.INSTALLER)[name]["bandersnatch"] == tenths
        assert set(recorder.labels(Dimension.FILE_TYPE)[name]) == {"bdist_wheel", "sdist"}


async def test_a_backfill_reads_its_own_month(run, configure):
    first = DAY - timedelta(days=39)
    recorder = await run(configure(), kind="backfill", first_day=first, day=first + timedelta(3))
    assert {(batch.first_day, batch.window_days) for batch in recorder.daily} == {(first, 4)}
    assert recorder.plan.facts.problem is None


async def test_a_late_day_publishes_nothing_and_says_so(run, configure, simulators):
    simulators.fault("freeze:2026-06-27")
    plan = (await run(configure())).plan
    assert plan.batches == 0
    assert plan.facts.newest_day == date(2026, 6, 27)
    assert plan.facts.problem == "the newest day of clickhouse is 2026-06-27, not 2026-06-30"


async def test_ten_days_that_come_at_once_leave_no_gap(run, configure, simulators, truth):
    simulators.fault("freeze:2026-06-20")
    for day in (21, 25, 30):
        recorder = await run(configure(), run_id=f"late-{day}", day=f"2026-06-{day}")
        assert recorder.events[f"late-{day}:runs.planned"].batches == 0
    simulators.playing.mend("clickhouse")
    recorder = await run(configure(), run_id="at-once")
    assert recorder.days() == truth
    assert {tuple(batch.gaps) for batch in recorder.daily} == {()}


async def test_a_day_the_source_lacks_is_a_gap_not_a_zero(run, configure, simulators):
    simulators.fault("hide:2026-06-20")
    recorder = await run(configure())
    assert {tuple(batch.gaps) for batch in recorder.daily} == {(date(2026, 6, 20),)}


async def test_the_asked_day_missing_among_later_ones_holds_the_run(run, configure, simulators):
    simulators.fault("hide:2026-06-28")
    plan = (await run(configure(), day=date(2026, 6, 28))).plan
    assert plan.batches == 0
    assert "no downloads on 2026-06-28" in plan.facts.problem


TRAPS = {
    "cut off silently": ("truncate-rows:17", "AS mirrors"),
    "breakdown cut off silently": ("truncate-rows:4", "AS labels"),
    "too slow": ("error:159", "AS mirrors"),
    "too many bytes": ("error:307", "AS labels"),
    "too many rows or bytes": ("error:396", "AS mirrors"),
    "too much memory": ("error:241", "AS mirrors"),
    "an error inside a good answer": ("exception-in-body", "AS mirrors"),
    "half an answer": ("half", "AS mirrors"),
    "connection dropped": ("drop", "AS mirrors"),
    "no answer but rubbish": ("rubbish", "AS mirrors"),
    "server restarting": ("status:503", ""),
    "gateway lost the server": ("status:502", "AS mirrors"),
    "request timed out": ("status:408", "AS labels"),
    "quota used up": ("quota:1", "SELECT"),
    "settings refused": ("error:164", "max_execution_time"),
}


@pytest.mark.parametrize("trap", TRAPS)
async def test_a_trap_met_a_few_times_changes_no_number(trap, run, configure, simulators, truth):
    fault, match = TRAPS[trap]
    simulators.fault(fault, match, times=3)
    recorder = await run(configure())
    assert simulators.hits() == 3 if trap != "settings refused" else simulators.hits() >= 1
    assert recorder.plan.facts.problem is None
    assert recorder.days() == truth
    assert len(recorder.labels(Dimension.PYTHON)) == 30


async def test_an_answer_that_does_not_come_is_asked_for_again(run, configure, simulators, truth):
    simulators.fault("slow:30", "AS mirrors", times=1)
    assert (await run(configure(clickhouse_timeout=5))).days() == truth


async def test_a_user_who_may_send_no_settings_is_served(run, configure, truth):
    assert (await run(configure(clickhouse_user="play"))).days() == truth


async def test_a_server_that_never_answers_whole_holds_the_run(run, configure, simulators):
    simulators.fault("truncate-rows:0", "AS mirrors")
    plan = (await run(configure())).plan
    assert plan.facts.problem.startswith("ClickHouse does not give all of package-")


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("GROUP BY date", "clickhouse has no downloads on 2026-06-30, but on later days"),
        ("GROUP BY piece", "ClickHouse contradicts itself: "),
    ],
)
async def test_even_a_short_answer_cut_off_is_noticed(query, problem, run, configure, simulators):
    simulators.fault("truncate-rows:1", query)
    plan = (await run(configure())).plan
    assert plan.batches == 0
    assert plan.facts.problem.startswith(problem)


async def test_a_user_who_is_shown_no_tables_is_served_all_the_same(
    run, configure, simulators, truth
):
    simulators.fault("truncate-rows:0", "system.tables")
    recorder = await run(configure())
    assert recorder.mirrors()["package-000"] == [count // 10 for count in truth["package-000"]]
    assert recorder.plan.facts.problem is None
    (missing,) = recorder.plan.facts.left_out  # the one table that is really not there
    assert missing.startswith("breakdown by country: ClickHouse: Code: 60.")


async def test_a_wrong_password_holds_the_run_at_once(run, configure):
    plan = (await run(configure(clickhouse_password="wrong"))).plan
    assert plan.batches == 0
    assert "AUTHENTICATION_FAILED" in plan.facts.problem


async def test_a_server_that_is_gone_holds_the_run(run, configure):
    plan = (await run(configure(clickhouse_url="http://127.0.0.1:9", clickhouse_attempts=2))).plan
    assert plan.facts.problem.startswith("ClickHouse: ")


async def test_labels_that_cannot_be_read_do_not_hold_the_counts(run, configure, simulators, truth):
    simulators.fault("error:60", "by_system")
    recorder = await run(configure())
    facts = recorder.plan.facts
    assert facts.problem is None
    assert [text[:46] for text in facts.left_out] == [
        "breakdown by system: ClickHouse: Code: 60. DB:"
    ]
    assert recorder.days() == truth
    assert len(recorder.labels(Dimension.COUNTRY)) == 30


async def test_breakdowns_of_fewer_days_have_their_own_bound(run, configure, truth):
    recorder = await run(configure(breakdown_days=7, breakdown_min_downloads=35_000))
    week = {name: sum(days[-7:]) for name, days in truth.items()}
    big = {name for name, downloads in week.items() if downloads >= 35_000 * 7 // 30}
    python = recorder.labels(Dimension.PYTHON)
    assert set(python) == big
    assert 0 < len(big) < 30
    assert {len(days) for labels in python.values() for days in labels.values()} == {7}
