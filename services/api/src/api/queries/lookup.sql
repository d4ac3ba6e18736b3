-- name: looked_up
-- What a look at many packages shows of each.
select name, display_name, version, released, last_month, rank, health, health_confidence,
    maintenance, license, license_class, project_status, security_status
from package_list where name = any(:names::text[]);

-- name: advisories_naming
-- Advisories that name any of these packages, the gravest first.
select ap.name, a.advisory_id, a.kind, a.severity, a.summary, a.url, ap.ranges, ap.fixed_in
from advisory_packages ap
join advisories a using (advisory_id)
where ap.name = any(:names::text[]) and a.withdrawn is null
order by array_position(array['critical', 'high', 'medium', 'low', 'none', 'unknown'], a.severity),
    a.published desc nulls last, a.advisory_id;

-- name: withdrawn
-- Those of these versions that their authors have withdrawn, as far back as releases are kept.
select asked.name, asked.version
from unnest(:names::text[], :versions::text[]) as asked (name, version)
join packages p on p.name = asked.name
where p.releases @> jsonb_build_array(jsonb_build_object('version', asked.version, 'yanked', true));
