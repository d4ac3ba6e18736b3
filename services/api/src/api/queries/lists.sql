-- name: list_page
-- A part of a list: listing.py fills in everything from its own tables.
select {columns} from {source} where {where} order by {order} limit {limit};

-- name: list_columns
-- What lists show of a package, and what they are ordered by.
select package_id, name, display_name, summary, version, released, last_day, last_week, last_month,
    total, all_last_day, all_last_week, all_last_month, all_total, rank, momentum, week_over_week,
    enough_data, health, health_confidence, maintenance, category, python_support, license_class,
    cadence, contributor_risk, repository, stars, forks, open_issues, topics, last_push,
    last_commit, archived, repository_confidence, repository_observed_at, dependents, project_status, security_status,
    security_severity, stale, sparkline, first_day;

-- name: list_count
-- How many packages a list has.
select count(*) from package_list where {where};

-- name: facets
-- How many packages each value of a label would leave, beside the filters on the other labels.
select label, value, cast(sum(packages) as integer) as packages
from (
    select *,
        coalesce(category = :category, :category::text is null) as by_category,
        coalesce(maintenance = :maintenance, :maintenance::text is null) as by_maintenance,
        coalesce(license_class = :license, :license::text is null) as by_license,
        coalesce(python_support = :python, :python::text is null) as by_python,
        coalesce(cadence = :cadence, :cadence::text is null) as by_cadence
    from list_counts
) counted
cross join lateral (values
    ('category', category, by_maintenance and by_license and by_python and by_cadence),
    ('maintenance', maintenance, by_category and by_license and by_python and by_cadence),
    ('license', license_class, by_category and by_maintenance and by_python and by_cadence),
    ('python', python_support, by_category and by_maintenance and by_license and by_cadence),
    ('cadence', cadence, by_category and by_maintenance and by_license and by_python)
) facet (label, value, passes)
where passes and value is not null
group by label, value
order by label, packages desc, value;

-- name: most_downloaded
-- Names of the most downloaded packages.
select name from package_list where not flagged order by last_month desc, name limit :most;

-- name: names_by_length
-- All names, those of each length one after the other with nothing in between.
select octet_length(name) as length, convert_to(string_agg(name, ''), 'UTF8') as names
from package_list group by 1;
