-- name: packages()
-- What PyPI says.
select name, display_name, version, summary, released, license, project_status, gone_since,
    repository_name, repository_id, outcome, classifiers, owners, releases
from packages order by name;

-- name: dependencies()
-- Who needs whom.
select p.name, d.requires, d.extra from dependencies d join packages p using (package_id)
order by 1, 2;

-- name: repositories()
-- What GitHub says.
select repository_id, full_name, stars, forks, open_issues, archived, topics, contributors, outcome
from repositories order by 1;

-- name: stars()
-- Its dated history.
select repository_id, day, stars, forks from repository_history order by 1, 2;

-- name: months()
-- Downloads, packed by package and month.
select p.name, m.month, m.days, m.mirrors from downloads_month m join packages p using (package_id)
order by 1, 2;

-- name: breakdowns()
-- Downloads by label.
select p.name, l.dimension, l.label, b.month, b.days from breakdown_month b
join packages p using (package_id) join labels l using (label_id) order by 1, 2, 3, 4;

-- name: days()
-- The days the source has told of.
select day, total, mirrors, unknown_share from source_days order by 1;

-- name: advisories()
-- The catalogue.
select * from advisories order by 1;

-- name: findings()
-- What is wrong with whom.
select p.name, f.kind, f.id, f.severity, f.found, f.lifted from findings f
join packages p using (package_id) order by 1, 2, 3;

-- name: list()
-- The read model.
select name, last_day, last_week, last_month, total, all_total, rank, health, momentum,
    maintenance, category, insights, stars, dependents, security_status, stale, sparkline
from package_list order by 1;
