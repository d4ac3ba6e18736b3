-- name: export_rows
-- A stretch of the read model in flat columns, for exports.
select name, display_name, summary, version, released, first_release, requires_python, license,
    project_status, stale, last_day, last_week, last_month, total, all_last_day, all_last_week,
    all_last_month, all_total, first_day, rank, health, health_confidence, momentum,
    week_over_week, enough_data, maintenance, category, python_support, license_class, cadence,
    contributor_risk, engagement, array_to_string(insights, ' ') as insights, repository, stars,
    forks, open_issues, array_to_string(topics, ' ') as topics,
    to_char(last_commit, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as last_commit, archived, dependents,
    security_status, to_char(last_push, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as last_push
from package_list
where package_id >= {first} and package_id < {beyond}
order by package_id;

-- name: last_id$
-- The highest number of a package.
select max(package_id) from package_list;
