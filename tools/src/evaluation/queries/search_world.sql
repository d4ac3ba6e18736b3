-- name: make_given#
-- Room for the names that are given, in the file's order.
create unlogged table given (
    place integer primary key, name text not null, popularity integer, summary text
);

-- name: fill_packages#
-- The packages, the most used first; who has no rank comes after in an order that chance, but always
-- the same, has made.
insert into packages (name, display_name, summary, first_seen)
select trim(both '-' from lower(regexp_replace(name, '[-_.]+', '-', 'g'))), name, summary, '2026-01-01'
from given order by popularity nulls last, md5(name), place
on conflict do nothing;

-- name: fill_downloads#
-- Downloads that fall off as on PyPI.
insert into recent_downloads
select package_id, '2026-06-30', '2016-01-01', month / 30, month / 4, month, month * 40, month / 29,
    month * 26 / 100, month * 104 / 100, month * 42, '{}', '{}'
from (
    select package_id, cast(8e8 / power(cast(package_id as float8), 1.25) as bigint) as month
    from packages
) used;

-- name: publish#
-- Something to read.
update publication set generation = 1, data_through = '2026-06-30';

-- name: old_index#
-- How words were indexed before, to compare the space.
create index old_words on package_list using gin (to_tsvector('english', coalesce(summary, '')))
where last_month >= 1000;

-- name: sizes
-- What search keeps, in bytes.
select name, pg_total_relation_size(cast(name as regclass)) as bytes
from unnest(array['package_list_trigrams', 'package_list_topics', 'search_prefixes', 'search_words',
    'old_words']) as name;

-- name: drop_old_index#
-- It was there to be measured.
drop index old_words;

-- name: numbers
-- Packages of these names.
select package_id from package_list where name = any(:names);

-- name: names_to_guard
-- Much used names, and others by chance: what is typed as they are spelled must go on to find them.
(select name from package_list order by last_month desc, name limit 3000)
union all
(select name from package_list where package_id % 9973 = 0 and name like '%-%' order by name);
