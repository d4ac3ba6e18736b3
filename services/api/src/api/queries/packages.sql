-- name: listed^
-- One package as lists show it.
select * from package_list where name = :name;

-- name: listed_many
-- Several packages as lists show them.
select * from package_list where name = any(:names::text[]);

-- name: facts^
-- What only the page of one package shows.
select
    p.release_count, p.releases_last_year, p.yanked, p.yanked_reason, p.classifiers, p.links,
    p.owners, p.maintainers, p.releases, p.status_reason, p.observed_at, p.outcome,
    p.outcome_reason, p.development_status, p.repository_reason, p.repository_problem,
    p.repository_shared_by, p.gone_since,
    r.description, r.language, r.homepage, r.watchers, r.open_pulls, r.contributors,
    r.commits_last_year, r.license as repository_license, r.fork,
    e.examined, e.safe_version, e.median_days_to_fix,
    d.collected
from packages p
left join repositories r on r.repository_id = p.repository_id
left join package_security e on e.package_id = p.package_id
left join recent_downloads d on d.package_id = p.package_id
where p.package_id = :package_id;

-- name: findings
-- Open findings of a package, the gravest first.
select kind, source, id, severity, summary, url, since, fixed_in, aliases, probability, evidence
from findings
where package_id = :package_id and lifted is null
order by
    array_position(array['malicious', 'quarantined', 'lookalike', 'vulnerable'], kind),
    array_position(array['critical', 'high', 'medium', 'low'], severity),
    since desc nulls last,
    id;

-- name: lifted_findings
-- What was found about a package once and is no longer true, the newest first.
select kind, source, id, summary, url, found, lifted
from findings where package_id = :package_id and lifted is not null
order by lifted desc, id limit 20;

-- name: dependencies
-- What a package requires, with how much that is used itself.
select d.requires, d.extra, l.last_month, l.security_status
from dependencies d
left join package_list l on l.name = d.requires
where d.package_id = :package_id
order by d.extra, d.requires;

-- name: dependents_few
-- The most downloaded packages that require this one, always or with an extra; for names that few
-- require.
select l.name, l.last_month
from dependencies d
join package_list l on l.package_id = d.package_id
where d.requires = :name and d.extra = :extra and not l.flagged
order by l.last_month desc, l.name
limit :most;

-- name: dependents_many
-- The same for names that many require: walk down the most downloaded until enough are found.
select l.name, l.last_month
from (
    select package_id, name, last_month from package_list
    where not flagged order by last_month desc, name limit :walk
) l
where exists (
    select from dependencies d
    where d.package_id = l.package_id and d.requires = :name and d.extra = :extra
)
order by l.last_month desc, l.name
limit :most;

-- name: dependents_by_extra$
-- How many packages require this one with one of their extras alone, counted up to a bound.
select count(*) from (
    select from dependencies where requires = :name and extra limit :bound
) counted;

-- name: star_history
-- Stars and forks by day: the last 90 days, Mondays before that.
select day, stars, forks
from repository_history
where repository_id = :repository_id
  and (day > :data_through::date - 90 or extract(isodow from day) = 1)
order by day;

-- name: advisories_count^
-- How many advisories name a package, and how many of them its latest version is open to.
select
    (select count(*) from advisory_packages ap join advisories a using (advisory_id)
     where ap.name = :name and a.withdrawn is null) as known,
    (select count(*) from findings
     where package_id = :package_id and kind = 'vulnerable' and lifted is null) as open;
