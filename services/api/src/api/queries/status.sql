-- name: recent_runs
-- The newest runs, whatever their kind.
select run_id, kind, day, status, requested_at as started, completed_at as completed, applied,
    expected, reason, missing_count,
    array(select jsonb_array_elements_text(coalesce(facts -> 'left_out', '[]'))) as left_out
from runs order by requested_at desc limit :most;

-- name: recent_gates
-- What the gates of these runs measured.
select run_id, gate, passed, measured, bound as "limit", reason
from gates where run_id = any(:run_ids::text[]) order by run_id, passed, gate;

-- name: sources
-- For each kind of run the newest day it finished, and what ails its newest run.
select distinct on (kind) kind as name,
    (select max(done.day) from runs done
     where done.kind = runs.kind and done.status in ('complete', 'partial')) as newest,
    case when status in ('held', 'partial') then coalesce(reason, status) end as problem,
    facts ->> 'source' as source
from runs where kind <> 'backfill'
order by kind, day desc, requested_at desc;

-- name: last_runs
-- The run of each kind that was asked for last.
select distinct on (kind) kind, run_id, status, requested_at as started
from runs order by kind, requested_at desc, run_id desc;

-- name: gaps
-- Days without data since the first, at most the newest hundred.
select day::date
from generate_series(
    (select min(day) from source_days), :data_through::date, interval '1 day'
) as day
where not exists (select from source_days s where s.day = day.day::date)
order by day desc
limit 100;

-- name: corrections
-- Days whose counts the source changed after they were first published, the newest correction first.
select c.day, c.run_id, c.packages, c.change as downloads
from corrections c
join runs r using (run_id)
order by r.requested_at desc, c.day desc
limit 100;

-- name: sizes^
-- How many packages there are, how many of them the last runs missed, and the part of the newest
-- downloads whose installer nobody knows.
select count(*) as packages, count(*) filter (where stale) as stale,
    (select unknown_share from source_days order by day desc limit 1) as unknown_share
from package_list;
