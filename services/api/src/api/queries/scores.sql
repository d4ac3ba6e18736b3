-- name: records
-- What the scoring noted of some packages.
select package_id, explanation from scores where package_id = any(:package_ids::integer[]);

-- name: score_history
-- A package's health by week.
select week, health from score_history where package_id = :package_id order by week;

-- name: insight_counts
-- How many packages each insight list shows.
select insight, count(*) as count
from package_list cross join unnest(insights) as insight
where not flagged
group by insight;
