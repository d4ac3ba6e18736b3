-- A small world: every state a package can be in, 90 days of downloads, one missing day.
-- The newest published day is 2026-06-30; July has rows already that nobody may see.

create function pg_temp.pack(counts bigint[]) returns bytea language sql as $$
    select '\x04'::bytea || string_agg(
        case when each is null then '\xffffffff'::bytea
        else substring(int8send(each) from 8 for 1) || substring(int8send(each) from 7 for 1)
          || substring(int8send(each) from 6 for 1) || substring(int8send(each) from 5 for 1) end,
        ''::bytea order by place)
    from unnest(counts) with ordinality as day (each, place)
$$;

insert into packages (name, display_name, version, summary, released, first_release, release_count,
    requires_python, minimum_python, license, license_class, first_seen, observed_at, outcome,
    keywords, classifiers, owners, links, releases, repository_name, repository_confidence,
    repository_reason, repository_id, project_status, gone_since)
values
    ('requests', 'requests', '2.34.0', 'Python HTTP for Humans.', '2026-05-20', '2011-02-14', 158,
     '>=3.9', '3.9', 'Apache-2.0', 'permissive', '2016-01-01', '2026-06-30T02:00Z', 'ok',
     '{http,client}', '{Programming Language :: Python :: 3}', '{Kenneth}',
     '{"Source": "https://github.com/psf/requests"}',
     '[{"version": "2.34.0", "day": "2026-05-20", "yanked": false, "prerelease": false}]',
     'psf/requests', 1.0, 'its own link', 1, 'active', null),
    ('urllib3', 'urllib3', '2.5.0', 'HTTP library with thread-safe connection pooling.',
     '2026-04-02', '2008-11-16', 100, '>=3.9', '3.9', 'MIT', 'permissive', '2016-01-01',
     '2026-06-30T02:00Z', 'ok', '{}', '{}', '{}', '{}', '[]', 'urllib3/urllib3', 0.9, 'its own link',
     2, 'active', null),
    ('zope-interface', 'zope.interface', '8.0', 'Interfaces for Python', '2025-01-01', '2003-01-01',
     50, null, null, 'ZPL-2.1', 'permissive', '2016-01-01', '2026-06-30T02:00Z', 'ok', '{}', '{}',
     '{}', '{}', '[]', null, null, null, null, 'active', null),
    ('tensorflow', 'tensorflow', '2.20.0', 'Machine learning <for> everyone & "all"', '2026-03-01',
     '2015-11-09', 90, '>=3.10', '3.10', 'Apache-2.0', 'permissive', '2016-01-01',
     '2026-06-30T02:00Z', 'ok', '{}', '{}', '{}', '{}', '[]', 'tensorflow/tensorflow', 0.8, 'name', 3,
     'active', null),
    ('reqeusts', 'reqeusts', '1.0', 'totally requests', '2026-06-01', '2026-06-01', 1, null, null,
     null, 'unknown', '2026-06-01', '2026-06-30T02:00Z', 'ok', '{}', '{}', '{}', '{}', '[]', null,
     null, null, null, 'active', null),
    ('held-back', 'held-back', '1.0', 'in quarantine', '2026-06-01', '2026-06-01', 1, null, null,
     null, 'unknown', '2026-06-01', '2026-06-30T02:00Z', 'ok', '{}', '{}', '{}', '{}', '[]', null,
     null, null, null, 'quarantined', null),
    ('quiet-lib', 'quiet-lib', '0.9', 'parse old files', '2020-01-01', '2012-01-01', 9, null, null,
     'GPL-3.0-only', 'strong_copyleft', '2016-01-01', '2026-06-30T02:00Z', 'ok', '{}', '{}', '{}',
     '{}', '[]', 'gone/quiet', 0.7, 'homepage', 4, 'archived', null),
    ('never-read', null, null, null, null, null, null, null, null, null, null, '2026-06-29', null,
     null, '{}', '{}', '{}', '{}', '[]', null, null, null, null, 'active', null),
    ('left-pypi', 'Left.PyPI', '3.0', 'was here', '2024-01-01', '2019-01-01', 4, null, null, 'MIT',
     'permissive', '2019-01-01', '2026-06-01T02:00Z', 'gone', '{}', '{}', '{}', '{}', '[]', null,
     null, null, null, 'active', '2026-06-15');

insert into packages (name, display_name, version, summary, first_seen, observed_at, outcome)
select 'tie-' || to_char(each, 'FM000'), 'tie-' || to_char(each, 'FM000'), '1.0',
    'one of many with the same count', '2026-01-01', '2026-06-30T02:00Z', 'ok'
from generate_series(1, 130) as each;

insert into repositories (repository_id, full_name, description, stars, forks, open_issues, topics,
    archived, last_push, last_commit, contributors, observed_at, outcome)
values
    (1, 'psf/requests', 'A simple HTTP library.', 54000, 9500, 200, '{http,python,humans}', false,
     '2026-06-27T10:00Z', '2026-06-25T10:00Z', 700, '2026-06-28T03:00Z', 'ok'),
    (2, 'urllib3/urllib3', null, 4000, 1200, 100, '{http,python}', false, '2026-06-20T10:00Z', '2026-06-20T10:00Z', 300,
     '2026-06-28T03:00Z', 'ok'),
    (3, 'tensorflow/tensorflow', null, 190000, 75000, 1500, '{machine-learning,python}', false,
     '2026-06-29T10:00Z', null, 3500, '2026-06-28T03:00Z', 'ok'),
    (4, 'gone/quiet', null, 12, 1, 0, '{}', true, '2019-06-29T10:00Z', '2019-06-29T10:00Z', 1,
     '2026-06-28T03:00Z', 'ok');

insert into repository_history
select 1, day::date, 53000 + (day::date - '2026-01-01'::date) * 5, 9000
from generate_series('2026-01-01'::date, '2026-06-28', interval '1 day') as day;

insert into dependencies
select p.package_id, d.requires, d.extra
from (values ('requests', 'urllib3', false), ('requests', 'pysocks', true),
             ('quiet-lib', 'requests', false), ('tensorflow', 'requests', false),
             ('tensorflow', 'urllib3', true), ('reqeusts', 'requests', false)) d (name, requires, extra)
join packages p using (name);

select ensure_year('downloads_month', 2026), ensure_year('breakdown_month', 2026);

-- Downloads a day: all installers, of them mirrors.
create temporary table daily (name text, every bigint, mirrors bigint, first_day date);
insert into daily values
    ('requests', 40000000, 400000, '2026-04-01'), ('urllib3', 30000000, 300000, '2026-04-01'),
    ('tensorflow', 900000, 9000, '2026-04-01'), ('zope-interface', 500000, 5000, '2026-04-01'),
    ('reqeusts', 40, 30, '2026-06-02'), ('quiet-lib', 100000, 1000, '2026-04-01'),
    ('left-pypi', 10, 1, '2026-04-01');
insert into daily select name, 100, 10, '2026-06-01' from packages where name like 'tie-%';

insert into downloads_month
select p.package_id, month::date,
    pg_temp.pack(array(
        select case when day = '2026-06-10' then null when day < d.first_day then 0
               when d.name = 'requests' and day = '2026-05-28' then 400000000 else d.every end
        from generate_series(month, month + interval '1 month - 1 day', interval '1 day') as day
        order by day)),
    pg_temp.pack(array(
        select case when day = '2026-06-10' then null when day < d.first_day then 0 else d.mirrors end
        from generate_series(month, month + interval '1 month - 1 day', interval '1 day') as day
        order by day))
from daily d
join packages p using (name)
cross join generate_series('2026-04-01'::date, '2026-07-01', interval '1 month') as month
where month + interval '1 month' > d.first_day;

insert into source_days (day, total, mirrors, source, unknown_share, run_id)
select day::date, 80000000, 800000, 'clickhouse', 0.04, 'downloads-2026-06-30'
from generate_series('2026-04-01'::date, '2026-06-30', interval '1 day') as day
where day <> '2026-06-10';

update packages set repository_shared_by = 3 where name = 'requests';
insert into recent_downloads
select p.package_id, '2026-06-30', d.first_day, d.every - d.mirrors, 7 * (d.every - d.mirrors),
    29 * (d.every - d.mirrors), 90 * (d.every - d.mirrors), d.every, 7 * d.every, 29 * d.every,
    90 * d.every, '{}',
    array(select case when each = 10 then null else d.every - d.mirrors end
          from generate_series(1, 30) as each)
from daily d join packages p using (name);
update recent_downloads set collected = '2026-06-20'
where package_id = (select package_id from packages where name = 'zope-interface');

insert into labels (dimension, label) values
    ('python', '3.12'), ('python', '3.11'), ('python', '2.7'), ('python', ''),
    ('system', 'Linux'), ('system', 'Windows'), ('system', 'Darwin'), ('system', 'FreeBSD'),
    ('system', ''), ('version', '2.34.0'), ('version', '2.33.1'), ('installer', 'pip'),
    ('installer', 'bandersnatch'), ('country', 'US'), ('file_type', 'bdist_wheel'),
    ('installer_version', 'pip 24.0'), ('ci', 'true'), ('ci', '');
insert into breakdown_month
select p.package_id, l.label_id, month::date,
    pg_temp.pack(array(select case when day = '2026-06-10' then null
            when day = '2026-05-28' and p.name = 'requests' and l.label = '2.33.1' then 360000000
            else 1000 * l.label_id end
        from generate_series(month, month + interval '1 month - 1 day', interval '1 day') as day
        order by day))
from packages p cross join labels l
cross join generate_series('2026-04-01'::date, '2026-07-01', interval '1 month') as month
where p.name in ('requests', 'urllib3');
insert into ecosystem_breakdown
select l.label_id, month::date,
    array(select case when day = '2026-06-10' then null else 2 * 1000 * l.label_id end
        from generate_series(month, month + interval '1 month - 1 day', interval '1 day') as day
        order by day)
from labels l cross join generate_series('2026-04-01'::date, '2026-07-01', interval '1 month') as month
where l.dimension <> 'version';

insert into scores (package_id, health, health_confidence, momentum, week_over_week, enough_data,
    maintenance, category, python_support, license_class, cadence, contributor_risk, insights,
    explanation)
select p.package_id, s.health, s.confidence, s.momentum, s.week, s.enough, s.maintenance, s.category,
    'current', coalesce(p.license_class, 'unknown'), 'monthly', 'healthy', s.insights, decode(:'record', 'hex')
from (values
    ('requests', 91.26, 0.95, -0.0012, 0.01, true, 'active', 'industry_standard', '{industry_standard}'::text[]),
    ('urllib3', 88.0, 0.9, 0.02, 0.0, true, 'active', 'none', '{}'),
    ('tensorflow', 75.5, 0.9, 0.05, 0.1, true, 'active', 'rising_star', '{rising_star,community_favorite}'),
    ('zope-interface', 66.0, 0.4, null, null, false, 'stable', 'hidden_gem', '{hidden_gem}'),
    ('quiet-lib', 12.5, 0.6, -0.2, -0.1, true, 'archived', 'may_need_maintainers', '{may_need_maintainers}')
) s (name, health, confidence, momentum, week, enough, maintenance, category, insights)
join packages p using (name);
update scores set star_surplus = f.surplus, insights = array_append(array_remove(insights, 'community_favorite'), 'community_favorite')
from (values ('requests', 2.5::real), ('tensorflow', 1.5), ('zope-interface', null)) f (name, surplus)
join packages p using (name) where p.package_id = scores.package_id;

insert into score_history
select package_id, week::date, 90 + extract(week from week) / 10, 0.01, '1'
from packages cross join generate_series('2026-04-06'::date, '2026-06-29', interval '7 days') as week
where name = 'requests';

insert into advisories values
    ('GHSA-1111', '{CVE-2024-1,PYSEC-2024-1}', 'vulnerable', 'medium', 5.6, 'Session keeps verify off',
     'Long words.', 'https://osv.dev/GHSA-1111', '2024-05-20T00:00Z', '2025-01-01T00:00Z', null),
    ('GHSA-2222', '{}', 'vulnerable', 'high', 8.1, 'Proxy header leaks', 'More.',
     'https://osv.dev/GHSA-2222', '2026-05-01T00:00Z', null, null),
    ('MAL-2026-1', '{}', 'malicious', 'critical', null, 'Malicious code in reqeusts', 'It steals.',
     'https://osv.dev/MAL-2026-1', null, null, null),
    ('GHSA-3333', '{}', 'vulnerable', 'low', 2.0, 'Taken back', '', '', '2026-01-01T00:00Z', null,
     '2026-02-01T00:00Z');
insert into advisory_packages values
    ('GHSA-1111', 'requests', '{<2.32.0}', '{2.32.0}'), ('GHSA-2222', 'urllib3', '{<2.6}', '{2.6.0}'),
    ('MAL-2026-1', 'reqeusts', '{}', '{}'), ('GHSA-3333', 'requests', '{}', '{}');
insert into findings (package_id, kind, id, source, severity, summary, url, since, fixed_in, found,
    probability, evidence)
select p.package_id, f.kind, f.id, f.source, f.severity, f.summary, 'https://osv.dev/x',
    '2026-05-01', f.fixed_in, '2026-06-30', f.probability, '{one letter swapped}'
from (values
    ('urllib3', 'vulnerable', 'GHSA-2222', 'osv', 'high', 'Proxy header leaks', '2.6.0', null),
    ('reqeusts', 'lookalike', 'requests', 'names', 'unknown', 'Looks like requests', null, 0.97),
    ('reqeusts', 'malicious', 'MAL-2026-1', 'osv', 'critical', 'Malicious code', null, null),
    ('held-back', 'quarantined', 'held-back', 'pypi', 'unknown', 'Quarantined by PyPI', null, null)
) f (name, kind, id, source, severity, summary, fixed_in, probability)
join packages p using (name);
insert into package_security
select package_id, '2026-06-30', version, case when name = 'urllib3' then '2.6.0' end, 30
from packages where name in ('requests', 'urllib3', 'reqeusts', 'quiet-lib');

insert into runs (run_id, kind, day, window_days, status, requested_at, deadline, expected, applied,
    completed_at, data_through, generation, facts, reason)
values
    ('downloads-2026-06-30', 'downloads', '2026-06-30', 30, 'complete', '2026-07-01T01:00Z',
     '2026-07-01T09:00Z', 10, 10, '2026-07-01T01:10Z', '2026-06-30', 7,
     '{"source": "clickhouse", "left_out": ["breakdown by country: no such table"]}', null),
    ('metadata-2026-06-30', 'metadata', '2026-06-30', 30, 'partial', '2026-07-01T02:00Z',
     '2026-07-01T09:00Z', 5, 4, '2026-07-01T03:10Z', '2026-06-30', 8, '{"source": "pypi"}',
     'GitHub answered 403 for an hour'),
    ('downloads-2026-07-01', 'downloads', '2026-07-01', 30, 'held', '2026-07-02T01:00Z',
     '2026-07-02T09:00Z', 10, 10, null, null, null, '{"source": "clickhouse"}', 'the total halved');
insert into corrections values
    ('2026-06-27', 'downloads-2026-06-30', 2, -7), ('2026-06-28', 'downloads-2026-06-30', 412, 53201);
insert into gates values
    ('downloads-2026-07-01', 'total', false, 0.5, 0.7, 'the total is half of last Tuesday''s'),
    ('downloads-2026-06-30', 'total', true, 1.01, 0.7, 'within bounds');

update publication set definitions = :'definitions', generation = 8, data_through = '2026-06-30', published_at = '2026-07-01T03:10Z';
refresh materialized view package_list;

insert into search_prefixes
select prefix, row_number() over (partition by prefix order by last_month desc, name), package_id
from (select left(name, letters) as prefix, package_id, last_month, name
      from package_list cross join generate_series(1, 4) as letters
      where length(name) >= letters) each
where true;
delete from search_prefixes where position > 20;
insert into list_counts
select category, maintenance, license_class, python_support, cadence, count(*)
from package_list where not flagged group by 1, 2, 3, 4, 5;
insert into search_words
select 'word', lexeme, count(*), array_agg(package_id), array_agg(mark)
from (
    select w.lexeme, l.package_id, (8 * ln(1 + l.last_month::float8) / ln(2))::integer * 512 + 32
        + case when 'A' = any(w.weights) then 8 else 0 end
        + case when 'C' = any(w.weights) then 2 else 0 end
        + case when 'D' = any(w.weights) then 1 else 0 end as mark
    from package_list l, unnest(
        setweight(to_tsvector('english', coalesce(l.summary, '')), 'D')
        || setweight(to_tsvector('english', replace(coalesce(array_to_string(l.topics, ' '), ''), '-', ' ')), 'C')
        || setweight(to_tsvector('english', replace(l.name, '-', ' ')), 'A')) w
    where not l.flagged and l.last_month >= 1000
) marked group by lexeme;
insert into search_words
select 'import', 'urllib3_module', 1, array[package_id], array[512 * 200]
from packages where name = 'urllib3';
insert into advisories values
    ('MAL-2025-7', '{}', 'malicious', 'unknown', null, 'Malicious code in long-gone', 'It stole.',
     'https://osv.dev/MAL-2025-7', '2025-03-01T00:00Z', null, null);
insert into advisory_packages values ('MAL-2025-7', 'long-gone', '{}', '{}');
insert into findings (package_id, kind, id, source, severity, summary, url, found, lifted)
select package_id, 'malicious', 'MAL-2024-9', 'osv', 'unknown', 'A report taken back',
    'https://osv.dev/MAL-2024-9', '2026-05-01', '2026-05-03'
from packages where name = 'requests';
