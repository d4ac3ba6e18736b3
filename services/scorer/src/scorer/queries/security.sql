-- name: forget_advisories!
-- The catalogue comes whole with every run.
delete from advisories;

-- name: make_staged_findings!
-- Room for a run's findings, for this transaction only.
create temporary table staged_findings (
    name text, kind text, id text, source text, severity text, summary text, url text, since date,
    fixed_in text, aliases text[], probability real, evidence text[]
) on commit drop;

-- name: make_examined!
-- Room for the packages a run has examined, for this transaction only.
create temporary table examined
    (name text, version text, safe_version text, median_days_to_fix integer) on commit drop;

-- name: store_findings!
-- What was found; the day it was first found stays, and one that is back is open again.
insert into findings (package_id, kind, id, source, severity, summary, url, since, fixed_in, aliases,
    probability, evidence, found)
select distinct on (p.package_id, s.kind, s.id) p.package_id, s.kind, s.id, s.source, s.severity,
    s.summary, s.url, s.since, s.fixed_in, s.aliases, s.probability, s.evidence, :day
from staged_findings s join packages p using (name)
order by p.package_id, s.kind, s.id, s.source
on conflict (package_id, kind, id) do update set
    source = excluded.source, severity = excluded.severity, summary = excluded.summary,
    url = excluded.url, since = excluded.since, fixed_in = excluded.fixed_in,
    aliases = excluded.aliases, probability = excluded.probability, evidence = excluded.evidence,
    lifted = null;

-- name: lift_findings!
-- Findings of examined packages that the run no longer makes.
update findings f set lifted = :day
from examined e join packages p using (name)
where f.package_id = p.package_id and f.lifted is null
    and not exists (select from staged_findings s
                    where s.name = e.name and s.kind = f.kind and s.id = f.id);

-- name: store_examined!
-- Which packages were looked at, in which version.
insert into package_security (package_id, examined, version, safe_version, median_days_to_fix)
select p.package_id, :day, e.version, e.safe_version, e.median_days_to_fix
from examined e join packages p using (name) order by p.package_id
on conflict (package_id) do update set examined = excluded.examined, version = excluded.version,
    safe_version = excluded.safe_version, median_days_to_fix = excluded.median_days_to_fix;

-- name: counts^
-- What stands open after a run.
select
    (select count(*) from advisories where withdrawn is null) as advisories,
    (select count(*) from package_security) as examined,
    count(*) filter (where kind = 'vulnerable') as vulnerable,
    count(*) filter (where kind = 'malicious') as malicious,
    count(*) filter (where kind = 'lookalike') as lookalikes
from findings where lifted is null;
