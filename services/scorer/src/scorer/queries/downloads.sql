-- name: ensure_year$
-- Make the partition of a year where it is missing.
select ensure_year(:parent, :year);

-- name: known_days
-- Days the source has brought, of a span.
select day from source_days where day >= :first and day <= :last order by day;

-- name: day_totals
-- Downloads of each day that was brought, of a span.
select day, total from source_days where day >= :first and day <= :last;

-- name: note_days*!
-- What the source told of a day.
insert into source_days (day, total, mirrors, source, unknown_share, run_id)
values (:day, :total, :mirrors, :source, :unknown_share, :run_id)
on conflict (day) do update set total = excluded.total, mirrors = excluded.mirrors,
    source = excluded.source, unknown_share = excluded.unknown_share, run_id = excluded.run_id;

-- name: note_corrections*!
-- Days whose counts have changed since they were first brought.
insert into corrections (day, run_id, packages, change)
values (:day, :run_id, :packages, :change)
on conflict (day, run_id) do update set packages = corrections.packages + excluded.packages,
    change = corrections.change + excluded.change;

-- name: month_rows
-- Packed months of some packages, in a span of months.
select package_id, month, days, mirrors from downloads_month
where package_id = any(:ids) and month >= :first and month <= :last;

-- name: make_staged_months!
-- Room for changed months, for this transaction only.
create temporary table staged_months (package_id integer, month date, days bytea, mirrors bytea)
on commit drop;

-- name: store_months!
-- Changed months replace the old ones.
insert into downloads_month (package_id, month, days, mirrors)
select package_id, month, days, mirrors from staged_months order by package_id, month
on conflict (package_id, month) do update set days = excluded.days, mirrors = excluded.mirrors;

-- name: make_staged_totals!
-- Room for changes of totals, for this transaction only.
create temporary table staged_totals
    (package_id integer, total bigint, mirrors bigint, first_day date) on commit drop;

-- name: store_totals!
-- Changes are added by the transaction that stored the months they come from.
insert into download_totals (package_id, total, mirrors, first_day, collected)
select package_id, total, mirrors, first_day, :collected from staged_totals order by package_id
on conflict (package_id) do update set
    total = download_totals.total + excluded.total,
    mirrors = download_totals.mirrors + excluded.mirrors,
    first_day = least(download_totals.first_day, excluded.first_day),
    collected = greatest(download_totals.collected, excluded.collected);

-- name: absent_ids
-- Packages with history that a complete run did not bring: they had no downloads.
select package_id from download_totals where collected < :day and package_id > :after
order by package_id limit :most;

-- name: counted
-- Packages with history, in order.
select package_id, total, mirrors, first_day, collected from download_totals
where package_id > :after order by package_id limit :most;

-- name: add_labels!
-- Make labels known that were not.
insert into labels (dimension, label)
select :dimension, label from unnest(cast(:labels as text[])) as new (label) order by label
on conflict (dimension, label) do nothing;

-- name: label_ids
-- Numbers of the labels of a dimension.
select label, label_id from labels where dimension = :dimension and label = any(:labels);

-- name: breakdown_rows
-- Packed months of some packages' labels.
select package_id, label_id, month, days from breakdown_month
where package_id = any(:ids) and label_id = any(:labels) and month >= :first and month <= :last;

-- name: make_staged_breakdowns!
-- Room for changed months of labels, for this transaction only.
create temporary table staged_breakdowns (package_id integer, label_id integer, month date, days bytea)
on commit drop;

-- name: drop_staged_breakdowns!
-- A message may touch two months; each has the room for itself.
drop table staged_breakdowns;

-- name: store_breakdowns!
-- Changed months of labels replace the old ones.
insert into breakdown_month (package_id, label_id, month, days)
select package_id, label_id, month, days from staged_breakdowns order by 1, 2, 3
on conflict (package_id, label_id, month) do update set days = excluded.days;

-- name: add_to_ecosystem*!
-- Changes of labels, summed over packages, are added by the transaction that stored the packages' own.
insert into ecosystem_breakdown as known (label_id, month, days)
values (:label_id, :month, :days)
on conflict (label_id, month) do update set days = (
    select array_agg(case when change is null then before else coalesce(before, 0) + change end
                     order by place)
    from unnest(known.days, excluded.days) with ordinality as pairs (before, change, place)
);

-- name: store_shares!
-- The largest label's share of each package's newest days; an older window changes nothing.
insert into label_shares (package_id, dimension, largest, collected)
select package_id, :dimension, largest, :collected
from unnest(cast(:ids as integer[]), cast(:shares as float8[])) as new (package_id, largest)
on conflict (package_id, dimension) do update
set largest = excluded.largest, collected = excluded.collected
where label_shares.collected <= excluded.collected;
