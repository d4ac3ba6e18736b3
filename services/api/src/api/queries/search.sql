-- name: search_exact
-- The package of this very name.
select name, display_name, summary, last_month, project_status, security_status
from package_list where name = :name;

-- name: search_reported
-- A name that PyPI no longer has, known from reports of malicious code alone.
select ap.name, ap.name as display_name, a.summary, 0::bigint as last_month,
    'gone' as project_status, 'malicious' as security_status
from advisory_packages ap
join advisories a using (advisory_id)
where ap.name = :name and a.kind = 'malicious' and a.withdrawn is null
order by a.published desc nulls last, a.advisory_id
limit 1;

-- name: search_known_prefix
-- The most used names behind a few letters, or behind a prefix that many names share: made with the
-- read model.
select l.name, l.display_name, l.summary, l.last_month, l.project_status, l.security_status
from search_prefixes s join package_list l using (package_id)
where s.prefix = :prefix
order by s.position
limit :most;

-- name: search_prefix
-- The most used names behind any other prefix.
select name, display_name, summary, last_month, project_status, security_status
from package_list
where name ~>=~ :prefix and name ~<~ :beyond
order by last_month desc, name
limit :most;

-- name: search_meant
-- Packages of these names, the fewest mistakes first, then the most used.
select l.name, l.display_name, l.summary, l.last_month, l.project_status, l.security_status
from unnest(:names::text[], :mistakes::integer[]) as meant (name, mistakes)
join package_list l on l.name = meant.name
order by meant.mistakes, l.last_month desc, l.name
limit :most;

-- name: search_words
-- Packages whose topics, or the words of whose summary, hold all that was typed. Flagged ones are
-- found by their names alone: nobody is led to them.
select * from (
    (select name, display_name, summary, last_month, project_status, security_status
     from package_list
     where topics @> :topics::text[] and not flagged
     order by last_month desc, name
     limit :most)
    union
    (select name, display_name, summary, last_month, project_status, security_status
     from package_list
     where to_tsvector('english', coalesce(summary, '')) @@ plainto_tsquery('english', :typed)
         and last_month >= 1000 and not flagged
     order by last_month desc, name
     limit :most)
) found
order by last_month desc, name
limit :most;
