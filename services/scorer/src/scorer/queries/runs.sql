-- name: open_run$
-- Record a request; gives nothing when the run was asked for before.
insert into runs (run_id, kind, day, first_day, window_days, requested_at, deadline)
values (:run_id, :kind, :day, :first_day, :window_days, :requested_at, :deadline)
on conflict (run_id) do nothing
returning run_id;

-- name: lock_run^
-- The run's state, held against all other batches of the same run until the transaction ends.
select status, applied, dead, expected, kind, day from runs where run_id = :run_id for update;

-- name: take_batch$
-- Note a batch in the inbox; gives its number, or nothing when it was taken before.
insert into run_batches (run_id, subject, seq, body, sums)
values (:run_id, :subject, :seq, :body, :sums)
on conflict do nothing returning seq;

-- name: count_applied!
-- One more batch is in.
update runs set applied = applied + 1 where run_id = :run_id;

-- name: count_dead!
-- Batches that will never come.
update runs set dead = dead + :batches where run_id = :run_id;

-- name: plan_batches!
-- A planner has counted its batches.
insert into run_plans (run_id, planner, batches) values (:run_id, :planner, :batches)
on conflict (run_id, planner) do update set batches = excluded.batches;

-- name: note_facts!
-- What the source said of itself.
update runs set facts = :facts where run_id = :run_id;

-- name: settle_expected!
-- Once every planner has spoken, the number of batches is known.
update runs set expected = plan.batches
from (select sum(batches) as batches, count(*) as planners from run_plans where run_id = :run_id) plan
where run_id = :run_id and plan.planners >= :planners;

-- name: pass_barrier$
-- The one transaction that brings the last batch makes the run ready to be finished. A run of
-- security without an archive is ready at once, to be held: no answer to its work can change that.
update runs set status = 'applied'
where run_id = :run_id and status = 'open'
    and (applied + dead >= expected or (kind = 'security' and facts ->> 'problem' is not null))
returning run_id;

-- name: index_parts^
-- How many parts of the list of names are in.
select count(*) as parts from run_batches where run_id = :run_id and subject = :subject;

-- name: bodies
-- The staged messages of a run, in their own order.
select body from run_batches
where run_id = :run_id and subject = :subject and seq >= :first and seq < :last and body is not null
order by seq;

-- name: staged_sums
-- What the staged messages of a run hold in all.
select sums from run_batches where run_id = :run_id and subject = :subject and sums is not null;

-- name: last_seq$
-- Highest number of a staged message; nothing where there is none.
select max(seq) from run_batches where run_id = :run_id and subject = :subject;

-- name: applied_runs
-- Runs whose batches are all in, oldest request first.
select run_id, kind, day, first_day, window_days, deadline, requested_at, facts, released, applied,
    dead, expected, reason
from runs where status = 'applied' order by requested_at, run_id;

-- name: overdue_runs
-- Open runs past their deadline end with what they have.
update runs set status = 'applied',
    reason = format('not complete at its deadline: %s of %s batches came', applied,
                    coalesce(expected::text, 'an unknown number of'))
where status = 'open' and deadline < now()
returning run_id;

-- name: end_open_run!
-- End an open run now, with what it has.
update runs set status = 'applied', reason = :reason where run_id = :run_id and status = 'open';

-- name: hold_run!
-- A gate has failed; what readers see stays as it is.
update runs set status = 'held', reason = :reason where run_id = :run_id;

-- name: release_run!
-- A held run passes its gates as it is; one of metadata was held before its work was planned.
update runs set released = true, reason = :reason,
    status = case when kind = 'metadata' then 'open' else 'applied' end
where run_id = :run_id and status = 'held';

-- name: cancel_run!
-- A run nobody wants any more; what it brought meanwhile is not published.
update runs set status = 'cancelled', reason = :reason
where run_id = :run_id and status in ('open', 'held');

-- name: note_replay!
-- An operator has sent it again.
update dead_letters set replayed_at = :at where id = :letter_id;

-- name: finish_run!
-- The run is in the tables and in the read model.
update runs set status = :status, reason = :reason, counts = :counts, missing = :missing,
    missing_count = :missing_count, completed_at = :completed_at, data_through = :data_through,
    generation = :generation
where run_id = :run_id;

-- name: drop_batches!
-- The inbox of a finished run has done its work; numbers stay, bodies go.
update run_batches set body = null, sums = null where run_id = :run_id and body is not null;

-- name: note_gate!
-- What a gate found.
insert into gates (run_id, gate, passed, measured, bound, reason)
values (:run_id, :gate, :passed, :measured, :bound, :reason)
on conflict (run_id, gate) do update
set passed = excluded.passed, measured = excluded.measured, bound = excluded.bound,
    reason = excluded.reason;

-- name: last_finished^
-- The latest finished run of a kind, other than this one.
select run_id, day, facts, counts from runs
where kind = :kind and status in ('complete', 'partial') and run_id <> :run_id
order by day desc, completed_at desc limit 1;

-- name: supersede_held!
-- Held runs that a newer run of the same kind has made needless: of downloads those whose day has
-- come since, for a run may bring few days; the rest is asked for again.
update runs set status = 'cancelled', reason = 'superseded by ' || :run_id
where kind = :kind and day <= :day and status = 'held' and run_id <> :run_id
    and (kind not in ('downloads', 'backfill')
         or exists (select from source_days s where s.day = runs.day));

-- name: late_runs
-- Held since their source had not brought their day yet, and due to be asked for again; with how
-- often the day was asked for, so that two looks at once give one request the same name.
select run_id, kind, day, window_days,
    (select count(*) from runs asked where asked.kind = r.kind and asked.day = r.day) as attempts
from runs r
where status = 'held' and not released and requested_at < now() - make_interval(secs => :patience)
    and exists (select from gates g where g.run_id = r.run_id and g.gate = 'freshness' and not g.passed)
    and not exists (select from runs newer where newer.kind = r.kind and newer.day = r.day
                    and newer.requested_at > r.requested_at);

-- name: keep_letter$
-- Keep a message that was given up; gives nothing when it is kept already.
insert into dead_letters (service, stream, sequence, subject, run_id, msg_id, body, errors, deliveries, died_at)
values (:service, :stream, :sequence, :subject, :run_id, :msg_id, :body, :errors, :deliveries, :died_at)
on conflict do nothing returning id;

-- name: letters_of_run
-- What was given up of a run.
select subject, body from dead_letters where run_id = :run_id order by id;

-- name: enqueue!
-- Send a message once this transaction is through.
insert into outbox (subject, msg_id, body) values (:subject, :msg_id, :body)
on conflict (msg_id) do nothing;

-- name: unsent
-- The oldest unsent messages, held by this relay alone.
select id, subject, msg_id, body from outbox where published_at is null
order by id limit 50 for update skip locked;

-- name: mark_sent!
-- The stream has stored them; the body is needed no more.
update outbox set published_at = now(), body = '' where id = any(:ids);

-- name: oldest_unsent$
-- Seconds the oldest unsent message has waited.
select coalesce(extract(epoch from now() - min(created_at)), 0)::float8 from outbox
where published_at is null;

-- name: publication^
-- What readers see now.
select generation, data_through from publication;

-- name: publish$
-- Move readers to the next generation.
update publication set generation = generation + 1, published_at = :at,
    data_through = greatest(data_through, :data_through), definitions = :definitions
returning generation;

-- name: run_gauges
-- Runs by kind and status, with the newest day readers got of each kind.
select kind, status, count(*) as runs,
    max(extract(epoch from day)) filter (where status in ('complete', 'partial'))::float8 as newest
from runs group by kind, status;

-- name: open_letters$
-- Dead letters nobody has replayed.
select count(*) from dead_letters where replayed_at is null;
