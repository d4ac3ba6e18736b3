-- name: counts
-- All that a run needs in one scan, since every column is paid for each time it is read. One row a
-- section and package: section 0 is the ecosystem, 1 the packages, and from 2 on the dimensions as
-- the code numbers them. `counts` is JSON, by label and day, days counted from the first one;
-- `mirrors` and `unknowns` are parts of `downloads`.
WITH counted AS (
    SELECT file.project AS project,
           DATE_DIFF(DATE(timestamp), DATE(@first), DAY) AS day,
           IFNULL(details.installer.name, '') AS installer,
           IFNULL(details.installer.version, '') AS installer_version,
           IFNULL(REGEXP_EXTRACT(details.python, r'^[0-9]+\.[0-9]+'), '') AS python,
           IFNULL(details.system.name, '') AS system,
           IFNULL(country_code, '') AS country,
           IFNULL(file.version, '') AS version,
           IFNULL(file.type, '') AS file_type,
           IF(details.ci, 'true', '') AS ci,
           IFNULL(details.installer.name, '') IN UNNEST(@mirrors) AS mirror,
           COUNT(*) AS downloads
    FROM file_downloads
    WHERE timestamp >= @first AND timestamp < @beyond AND file.project != ''
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
),
broken_down AS (
    SELECT project FROM counted GROUP BY project HAVING SUM(downloads) >= @least
),
labelled AS (
    SELECT section.number AS section, project, section.label AS label, day,
           downloads, mirror, installer
    FROM counted, UNNEST([
        STRUCT(1 AS number, '' AS label),
        STRUCT(2 AS number, python AS label),
        STRUCT(3 AS number, system AS label),
        STRUCT(4 AS number, installer AS label),
        STRUCT(5 AS number, country AS label),
        STRUCT(6 AS number, version AS label),
        STRUCT(7 AS number, file_type AS label),
        STRUCT(8 AS number, TRIM(CONCAT(installer, ' ', installer_version)) AS label),
        STRUCT(9 AS number, ci AS label)
    ]) AS section
    WHERE section.number = 1
       OR (project IN (SELECT project FROM broken_down)
           AND (NOT mirror OR section.number IN (4, 7, 8)))
),
summed AS (
    SELECT 0 AS section, '' AS project, '' AS label, day,
           SUM(downloads) AS downloads,
           SUM(IF(mirror, downloads, 0)) AS mirrors,
           SUM(IF(installer = '', downloads, 0)) AS unknowns
    FROM counted
    GROUP BY day
    UNION ALL
    SELECT section, project, label, day,
           SUM(downloads),
           SUM(IF(mirror, downloads, 0)),
           SUM(IF(installer = '', downloads, 0))
    FROM labelled
    GROUP BY section, project, label, day
)
SELECT section, project,
       TO_JSON_STRING(ARRAY_AGG(
           STRUCT(label, day, downloads, mirrors, unknowns) ORDER BY label, day
       )) AS counts
FROM summed
GROUP BY section, project
ORDER BY section, project
