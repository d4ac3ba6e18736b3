-- name: advisory_page
-- Advisories, the newest first, after a given one.
select a.advisory_id, a.aliases, a.kind, a.severity, a.score, a.summary, a.url, a.published,
    a.modified, p.packages
from (
    select * from advisories
    where withdrawn is null
      and (:kind::text is null or kind = :kind)
      and (:severity::text is null or severity = :severity)
      and (:since::timestamptz is null or published >= :since)
      and (:package::text is null
           or advisory_id in (select advisory_id from advisory_packages where name = :package))
      and (:published::timestamptz is null
           or published < :published
           or (published = :published and advisory_id > :advisory_id)
           or published is null)
      and (not :undated::boolean or (published is null and advisory_id > :advisory_id))
    order by published desc nulls last, advisory_id
    limit :most
) a
left join lateral (
    select jsonb_agg(jsonb_build_object('name', name, 'fixed_in', fixed_in) order by name)
        as packages
    from (
        select name, fixed_in from advisory_packages
        where advisory_id = a.advisory_id order by name limit 20
    ) named
) p on true
order by a.published desc nulls last, a.advisory_id;

-- name: advisory_count$
-- How many advisories there are.
select count(*) from advisories
where withdrawn is null
  and (:kind::text is null or kind = :kind)
  and (:severity::text is null or severity = :severity)
  and (:since::timestamptz is null or published >= :since)
  and (:package::text is null
       or advisory_id in (select advisory_id from advisory_packages where name = :package));

-- name: advisory_counts
-- How many advisories there are of each kind and severity.
select kind, severity, count(*) as count from advisories
where withdrawn is null group by kind, severity order by kind, severity;

-- name: advisories_of
-- All advisories that name a package, with whether its latest version is open to them.
select a.advisory_id, a.aliases, a.kind, a.severity, a.score, a.summary, a.details, a.url,
    a.published, a.modified, ap.ranges, ap.fixed_in,
    exists (
        select from findings f
        where f.package_id = :package_id and f.lifted is null
          and (f.id = a.advisory_id or f.id = any(a.aliases) or a.advisory_id = any(f.aliases))
    ) as affects_latest
from advisory_packages ap
join advisories a using (advisory_id)
where ap.name = :name and a.withdrawn is null
order by a.published desc nulls last, a.advisory_id
limit 500;

-- name: malicious_reports
-- Reports of malicious code under a name, the newest first.
select a.advisory_id as id, a.kind, a.severity, a.summary, a.url, a.published
from advisory_packages ap
join advisories a using (advisory_id)
where ap.name = :name and a.kind = 'malicious' and a.withdrawn is null
order by a.published desc nulls last, a.advisory_id
limit 20;
