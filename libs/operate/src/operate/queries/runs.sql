-- name: started(kind, day)$
-- The run of that kind and day that is under way, if any; the newest first.
select run_id
from runs
where kind = :kind and day = :day and status in ('open', 'applied')
order by requested_at desc
limit 1;

-- name: finished(kind, day)$
-- How many runs of that kind and day have ended, however they did.
select count(*) from runs where kind = :kind and day = :day and status not in ('open', 'applied');

-- name: collected(kind, day)$
-- Whether that kind has facts for that day already.
select exists (
    select from runs where kind = :kind and day = :day and status in ('complete', 'partial')
);

-- name: filled(day)$
-- Whether a backfill up to that day has brought everything.
select exists (select from runs where kind = 'backfill' and day = :day and status = 'complete');

-- name: data_through()$
-- The newest day that readers see.
select data_through from publication;

-- name: published()$
-- The generation that readers are to see.
select generation from publication;

-- name: standing(run_id)^
-- Where a run stands.
select run_id, kind, day, status, expected, applied, reason, missing_count, generation
from runs
where run_id = :run_id;

-- name: recent(most)
-- The runs asked for last.
select run_id, kind, day, status, expected, applied, reason, missing_count, generation
from runs order by requested_at desc limit :most;

-- name: gates(run_id)
-- What each gate found of a run.
select gate, passed, measured, bound, reason from gates where run_id = :run_id order by gate;

-- name: answered(kind, day, due, renews)$
-- Whether a schedule's moment was answered: by a run asked for since, or, where a day that is
-- complete stays so, by one that brings it or has brought it.
select exists (
    select from runs
    where kind = :kind and day = :day
        and (requested_at >= :due
             or (not :renews and status in ('open', 'applied', 'complete', 'partial')))
);

-- name: under_way(kind)$
-- Whether a run of that kind collects, or is being published.
select exists (select from runs where kind = :kind and status in ('open', 'applied'));

-- name: newest_of(kind)^
-- The run of that kind that was asked for last.
select run_id, status, requested_at from runs where kind = :kind
order by requested_at desc, run_id desc limit 1;
