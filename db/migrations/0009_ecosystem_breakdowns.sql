-- What all packages that are broken down have together, by label. Owner: scorer.
-- Kept in step with breakdown_month by the transactions that change it. Package versions are left out:
-- a version number means nothing across packages.

create table ecosystem_breakdown (
    label_id integer not null,
    month    date not null,
    days     bigint[] not null,                    -- one value a day, null: the source had nothing
    primary key (label_id, month)
);

insert into ecosystem_breakdown (label_id, month, days)
select label_id, month, array_agg(downloads order by day)
from (
    select label_id, month, day, sum(value)::bigint as downloads
    from (
        select b.label_id, b.month, day,
            case when width = 0 then 0
                 when substr(b.days, 2 + day * width, width) <> substr('\xffffffffffffffff'::bytea, 1, width)
                 then (select sum(get_byte(b.days, 1 + day * width + place)::numeric * 256 ^ place)
                       from generate_series(0, width - 1) as place)
            end as value
        from breakdown_month b
        join labels l using (label_id)
        cross join lateral (select get_byte(b.days, 0) as width) packed
        cross join lateral generate_series(
            0, extract(day from b.month + interval '1 month' - interval '1 day')::integer - 1) as day
        where l.dimension <> 'version'
    ) counted
    group by label_id, month, day
) summed
group by label_id, month;
