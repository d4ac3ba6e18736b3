-- :packages packages for bench_api.py, whose use falls off as on PyPI; a quarter has a repository,
-- the first fifth dependencies, the most used 2,000 a year of daily counts and breakdowns. Names come
-- from given_name where it has any.

set synchronous_commit = off;
select setseed(0.42);

create temporary table word (place integer, text text);
insert into word
select row_number() over (), word from unnest(string_to_array(
    'data flow net web api kit lib core fast auto cloud graph token image text audio model task'
    ' queue cache store sync stream parse format render route proxy client server admin forms'
    ' auth login crypto hash zip archive mail sms chat bot game math stats plot chart table grid'
    ' frame array matrix tensor torch learn train infer deploy build pack wheel test mock fuzz'
    ' lint type check doc wiki blog shop pay bank trade coin block chain node edge mesh geo map'
    ' tile star moon sun wind rain cloudy stone river forest pixel color font icon theme layout',
    ' ')) as word;

insert into packages (name, display_name, summary, version, released, first_release, release_count,
    requires_python, minimum_python, license, license_class, first_seen, observed_at, outcome,
    repository_id, repository_confidence, releases)
select
    coalesce(given.name, case n % 5
        when 0 then a.text || '-' || b.text || '-' || n
        when 1 then 'py' || a.text || n
        when 2 then a.text || b.text || substr(md5(n::text), 1, 3)
        when 3 then case when n % 100 = 3 then 'django-' else substr(md5(n::text), 1, 3) end || a.text
            || '-' || substr(md5(n::text), 1, 5)
        else substr(md5(n::text), 1, 5) || a.text
    end || case when n % 5 in (2, 3, 4) then '-' || to_hex(n) else '' end),
    null, initcap(a.text) || ' ' || b.text || ' for ' || c.text || ' and the ' || a.text, '1.2.' || n % 40,
    '2026-06-30'::date - n % 2500, '2026-06-30'::date - n % 2500 - 400, n % 80, '>=3.9', '3.9', 'MIT',
    'permissive', '2016-01-01', '2026-06-30T02:00Z', 'ok',
    case when n % 4 = 0 then n end, 0.9,
    '[{"version": "1.0", "day": "2026-01-01", "yanked": false, "prerelease": false}]'
from generate_series(1, :packages) as n
cross join (select count(*)::integer as number from word) words
join word a on a.place = 1 + n % words.number
join word b on b.place = 1 + (n / 7) % words.number
join word c on c.place = 1 + (n / 31) % words.number
left join given_name given on given.place = n
order by n
on conflict do nothing;

insert into repositories (repository_id, full_name, stars, forks, open_issues, topics, last_push,
    last_commit, observed_at, outcome)
select n, 'owner-' || n % 5000 || '/repo-' || n, (50000 / (1 + n / 50.0))::integer, n % 900, n % 80,
    array['python', 'topic-' || n % 300], '2026-06-21T00:00Z', '2026-06-20T00:00Z', '2026-06-28T00:00Z', 'ok'
from generate_series(4, :packages, 4) as n;

insert into dependencies
select distinct d.package_id, t.name, false
from (
    select package_id, 1 + floor(power(random(), 6) * :packages * 0.02)::integer as target
    from packages cross join generate_series(1, 4)
    where package_id <= :packages / 5
) d
join packages t on t.package_id = d.target;

insert into recent_downloads
select package_id, '2026-06-30', '2016-01-01', month / 30, month / 4, month, month * 40, month / 29,
    month * 26 / 100, month * 104 / 100, month * 42, '{}',
    array_fill(month / 30, array[30])
from (
    select package_id, (8e8::float8 / power(package_id::float8, 1.25))::bigint as month from packages
) p;

insert into scores (package_id, health, health_confidence, momentum, week_over_week, enough_data,
    maintenance, category, python_support, license_class, cadence, contributor_risk, insights,
    explanation)
select package_id, random() * 100, random(), case when package_id < 90000 then random() - 0.5 end,
    case when package_id < 90000 then 0.01 end, package_id < 90000, 'active',
    case when package_id % 90 = 0 then 'hidden gem' else 'none' end, 'current', 'permissive', 'regular',
    'healthy', case when package_id % 90 = 0 then '{hidden_gem}'::text[] else '{}' end, ''
from packages;

select ensure_year('downloads_month', 2025), ensure_year('downloads_month', 2026),
    ensure_year('breakdown_month', 2026);
insert into downloads_month
select package_id, month::date,
    '\x04'::bytea || decode(repeat('11223300', 31), 'hex'),
    '\x02'::bytea || decode(repeat('1102', 31), 'hex')
from packages
cross join generate_series('2025-07-01'::date, '2026-06-01', interval '1 month') as month
where package_id <= 2000;
insert into source_days (day, total, mirrors, source, run_id)
select day::date, 3000000000, 60000000, 'clickhouse', 'x'
from generate_series('2025-07-01'::date, '2026-06-30', interval '1 day') as day;

update publication set generation = 1, data_through = '2026-06-30';
analyze;
refresh materialized view package_list;
analyze package_list;
insert into search_prefixes (prefix, position, package_id)
select prefix, position, package_id from (
    select left(l.name, letters) as prefix, l.package_id,
        row_number() over (partition by left(l.name, letters)
                           order by l.last_month desc, l.name) as position,
        count(*) over (partition by left(l.name, letters)) as names, letters
    from package_list l, generate_series(1, 12) as letters
    where length(l.name) >= letters
) ranked where position <= 20 and (letters <= 4 or names >= 1000);
analyze search_prefixes;
insert into list_counts
select category, maintenance, license_class, python_support, cadence, count(*)
from package_list where not flagged group by 1, 2, 3, 4, 5;
analyze list_counts;
