-- name: score_inputs#
-- Everything the scores are made from, one row a package; names as scoring/inputs.py lists them.
select
    p.package_id,
    p.name,
    p.first_release,
    p.released,
    p.release_count,
    p.releases_last_year,
    case when p.display_name is not null then p.yanked end as yanked,
    p.requires_python,
    p.minimum_python,
    p.license_class,
    case when p.gone_since is not null then 'gone'
         when p.display_name is not null then p.project_status end as project_status,
    p.development_status,
    nullif(cardinality(array_remove(p.owners, p.organization)), 0) as owner_count,
    -- Who is a member of an organisation is not told, so it never hangs on one account.
    case when p.organization is not null then false
         when cardinality(p.owners) > 0 then cardinality(p.owners) = 1 end as sole_maintainer,
    coalesce(needed.count, 0) as dependents,
    p.repository_id,
    p.repository_confidence,
    r.stars,
    r.forks,
    r.watchers,
    r.open_issues,
    r.closed_issues,
    r.open_pulls,
    r.archived,
    cast(r.last_push at time zone 'utc' as date) as last_push,
    cast(r.last_commit at time zone 'utc' as date) as last_commit,
    r.commits_last_year,
    r.commits_last_90_days,
    r.commits_since_release,
    r.contributors,
    r.half_of_commits_by,
    r.merged_pulls_last_year,
    r.discussions,
    r.topics,
    d.last_day as downloads_last_day,
    d.last_week as downloads_last_week,
    d.last_month as downloads_last_month,
    d.weeks,
    country.largest as largest_country_share,
    installer.largest as largest_installer_share,
    version.largest as largest_version_share,
    case when f.malicious then 'malicious' when f.quarantined then 'quarantined'
         when f.lookalike then 'lookalike' when f.vulnerable then 'vulnerable'
         when e.package_id is not null then 'clean' end as security_status,
    f.worst_severity,
    p.gone_since is not null
        or (d.package_id is not null and d.collected < newest.day) as is_stale
from packages p
cross join (select max(collected) as day from recent_downloads) newest
left join recent_downloads d on d.package_id = p.package_id
left join repositories r on r.repository_id = p.repository_id
left join package_security e on e.package_id = p.package_id
left join label_shares country
    on country.package_id = p.package_id and country.dimension = 'country'
left join label_shares installer
    on installer.package_id = p.package_id and installer.dimension = 'installer'
left join label_shares version
    on version.package_id = p.package_id and version.dimension = 'version'
left join (
    select requires, count(*) as count from dependencies where not extra group by requires
) needed on needed.requires = p.name
left join (
    select package_id,
        bool_or(kind = 'malicious') as malicious,
        bool_or(kind = 'quarantined') as quarantined,
        bool_or(kind = 'lookalike') as lookalike,
        bool_or(kind = 'vulnerable') as vulnerable,
        (array_agg(severity order by array_position(
            array['critical', 'high', 'medium', 'low', 'none', 'unknown'], severity))
         filter (where kind = 'vulnerable'))[1] as worst_severity
    from findings where lifted is null group by package_id
) f on f.package_id = p.package_id
order by p.package_id;

-- name: market_weeks#
-- The weeks of every package that ever had 1,000 downloads in four of them, to tell the market by.
select d.weeks from recent_downloads d
where exists (select from unnest(d.weeks) as week where week >= 250);

-- name: keep_scores#
-- One score a package and week, so that its course can be drawn.
insert into score_history (package_id, week, health, momentum, rules_version)
select package_id, date_trunc('week', cast($1 as date))::date, health, momentum, $2
from scores where health is not null or momentum is not null
on conflict (package_id, week) do update
set health = excluded.health, momentum = excluded.momentum, rules_version = excluded.rules_version
where (score_history.health, score_history.momentum, score_history.rules_version)
    is distinct from (excluded.health, excluded.momentum, excluded.rules_version);

-- name: view_definition$
-- The read model's own definition, as the migrations made it.
select pg_get_viewdef('package_list'::regclass);

-- name: view_indexes
-- The read model's indexes, as the migrations made them.
select indexname, indexdef from pg_indexes where tablename = 'package_list' order by indexname;

-- name: fill_list_counts#
-- Packages of each combination of labels; flagged ones are in no list.
insert into list_counts
select category, maintenance, license_class, python_support, cadence, count(*)
from package_list
where not flagged
group by 1, 2, 3, 4, 5;

-- name: fill_prefixes#
-- The twenty most used names behind each prefix of one to four letters, and behind those of up to
-- twelve that a thousand names share.
insert into search_prefixes (prefix, position, package_id)
select prefix, position, package_id from (
    select left(l.name, letters) as prefix, l.package_id,
        row_number() over (partition by left(l.name, letters)
                           order by l.last_month desc, l.name) as position
    from package_list l, generate_series(1, 4) as letters
    where length(l.name) >= letters
) ranked where position <= 20
union all
select prefix, position, package_id from (
    select left(l.name, letters) as prefix, l.package_id,
        row_number() over (partition by left(l.name, letters)
                           order by l.last_month desc, l.name) as position,
        count(*) over (partition by left(l.name, letters)) as names
    from package_list l
    join (
        select left(name, 5) as start from package_list group by 1 having count(*) >= 1000
    ) common on common.start = left(l.name, 5)
    cross join generate_series(5, 12) as letters
    where length(l.name) >= letters
) ranked where position <= 20 and names >= 1000;
