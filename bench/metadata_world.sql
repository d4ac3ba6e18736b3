-- Tables of a night of metadata at full size: $PACKAGES packages, two of three with a repository,
-- a third of those in houses that many share; a seventh of the repositories is due each day.
insert into packages (name, serial, read_serial, first_seen, last_seen, etag, observed_at, outcome,
    display_name, version, summary, released, first_release, release_count, releases_last_year,
    requires_python, minimum_python, license, license_class, classifiers, keywords, links, owners,
    releases, repository_name, repository_confidence, repository_reason, repository_told,
    repository_told_reason, repository_resemblance, repository_id, repository_outcome,
    repository_asked, repository_asked_at)
select 'package-' || lpad(n::text, 7, '0'), n, n, date '2026-06-01', date '2026-06-29',
    '"' || md5(n::text) || '"', timestamptz '2026-06-29 03:00+00' - n % 90 * interval '1 day', 'ok',
    'Package-' || n, '1.' || n % 30, 'A package that does this and that for number ' || n,
    date '2026-06-29' - n % 900, date '2020-01-01', 10, n % 12, '>=3.9', '3.9', 'MIT', 'permissive',
    array['Development Status :: 5 - Production/Stable', 'License :: OSI Approved :: MIT License',
          'Programming Language :: Python :: 3.' || n % 14], array['a', 'word'],
    jsonb_build_object('Homepage', 'https://example.org/' || n, 'Source', 'https://github.com/o/' || n),
    array['owner-' || n % 300000],
    jsonb_build_array(jsonb_build_object('version', '1.' || n % 30, 'day', '2026-01-01')),
    house.name, 0.95, 'linked as Source; the name is the package''s',
    case when house.name is not null then 0.95 end,
    case when house.name is not null then 'linked as Source; the name is the package''s' end,
    case when house.name is not null then (array['same', 'part', 'none', 'some'])[1 + n % 4] end,
    house.id, 'ok', house.name, timestamptz '2026-06-30 03:00+00' - (1 + n % 7) * interval '1 day'
from generate_series(1, $PACKAGES) as n
cross join lateral (
    select case n % 3 when 0 then null when 1 then n else $PACKAGES + n / 50 end as id
) numbered
cross join lateral (select numbered.id as id, 'owner/name-' || numbered.id as name) house;

insert into repositories (repository_id, full_name, stars, forks, etag, observed_at, outcome)
select distinct repository_id, repository_name, 5, 1, 'W/"' || md5(repository_name) || '"',
    timestamptz '2026-06-29 03:00+00', 'ok'
from packages where repository_id is not null;

insert into recent_downloads (package_id, collected, last_day, last_week, last_month, total,
    all_last_day, all_last_week, all_last_month, all_total, weeks, sparkline)
select package_id, date '2026-06-29', 1, 7, 1 + 30000000 / package_id, 100, 1, 7, 30, 100, '{}', '{}'
from packages;

refresh materialized view package_list;
analyze packages;
analyze repositories;
