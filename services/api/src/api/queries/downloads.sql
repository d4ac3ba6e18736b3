-- name: months
-- Packed months of a package.
select month, days, mirrors from downloads_month
where package_id = :package_id and month between :first_month and :last_month
order by month;

-- name: months_many
-- Packed months of several packages.
select package_id, month, days, mirrors from downloads_month
where package_id = any(:package_ids::integer[]) and month between :first_month and :last_month;

-- name: source_days
-- Days the source had; any other day is a gap.
select day, total, mirrors from source_days where day between :first_day and :last_day order by day;

-- name: breakdown
-- Packed months of a package by the labels of one dimension.
select l.label, b.month, b.days
from breakdown_month b
join labels l using (label_id)
where b.package_id = :package_id and l.dimension = :dimension
  and b.month between :first_month and :last_month
order by l.label, b.month;

-- name: ecosystem_breakdown
-- Months of all packages that are broken down, together, by the labels of one dimension.
select l.label, b.month, b.days
from ecosystem_breakdown b
join labels l using (label_id)
where l.dimension = :dimension and b.month between :first_month and :last_month
order by l.label, b.month;

-- name: first_source_day$
-- The first day the source had.
select min(day) from source_days;

-- name: ecosystem_recent^
-- The whole ecosystem's last day, week and month without mirrors.
select
    coalesce(sum(total - mirrors) filter (where day = :last_day), 0)::bigint as last_day,
    coalesce(sum(total - mirrors) filter (where day > :last_day - 7), 0)::bigint as last_week,
    coalesce(sum(total - mirrors), 0)::bigint as last_month
from source_days where day > :last_day::date - 30 and day <= :last_day;
