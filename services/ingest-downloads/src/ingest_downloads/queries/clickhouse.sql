-- name: tables
-- The tables of the database that hold anything: a data set without installers has no rows of them.
SELECT name FROM system.tables WHERE database = {database:String} AND ifNull(total_rows, 1) > 0;

-- name: newest_day
-- The newest day the source has; 1970-01-01 when it has none.
SELECT max(date) FROM pypi_downloads_per_day;

-- name: totals_by_day
-- Downloads over all packages by day; a day without rows is a gap.
SELECT date, sum(count) AS downloads
FROM pypi_downloads_per_day
WHERE date BETWEEN {first:Date} AND {newest:Date} AND project != ''
GROUP BY date
ORDER BY date;

-- name: ranges
-- Cut the names after one and up to another ('' is the end) into ranges of so many packages, with
-- what each range holds, so that an answer that was cut off is noticed. Rows of one day are summed:
-- parts that the server has not merged yet repeat them.
SELECT max(project) AS newest, count() AS packages, sum(downloads) AS downloads
FROM (
    SELECT project, downloads, intDiv(row_number() OVER (ORDER BY project) - 1, {size:UInt32}) AS piece
    FROM (
        SELECT project, sum(count) AS downloads
        FROM pypi_downloads_per_day
        WHERE date BETWEEN {first:Date} AND {newest:Date}
          AND project > {after:String} AND ({upto:String} = '' OR project <= {upto:String})
        GROUP BY project
        HAVING downloads >= {least:Int64}
    )
)
GROUP BY piece
ORDER BY piece;

-- name: packages
-- One row a package, its days as JSON.
SELECT project,
       toString(sumResample(0, {days:UInt16}, 1)(count, toUInt16(date - {first:Date}))) AS days,
       '[]' AS mirrors,
       sum(count) AS downloads,
       0 AS unknown
FROM pypi_downloads_per_day
WHERE date BETWEEN {first:Date} AND {newest:Date}
  AND project > {after:String} AND ({upto:String} = '' OR project <= {upto:String})
GROUP BY project
HAVING downloads > 0
ORDER BY project;

-- name: packages_with_mirrors
-- The same, with the part of the mirrors, never above the whole, and of unknown installers.
SELECT project,
       toString(counts) AS days,
       if(mirrored = 0, '[]', toString(arrayMap((m, n) -> least(m, n), mirror_counts, counts))) AS mirrors,
       downloads,
       unknown
FROM (
    SELECT project,
           sumResample(0, {days:UInt16}, 1)(everybody, day) AS counts,
           sumResample(0, {days:UInt16}, 1)(mirror, day) AS mirror_counts,
           sum(everybody) AS downloads,
           sum(mirror) AS mirrored,
           sum(nobody) AS unknown
    FROM (
        SELECT project, toUInt16(date - {first:Date}) AS day,
               toInt64(count) AS everybody, toInt64(0) AS mirror, toInt64(0) AS nobody
        FROM pypi_downloads_per_day
        WHERE date BETWEEN {first:Date} AND {newest:Date}
          AND project > {after:String} AND ({upto:String} = '' OR project <= {upto:String})
        UNION ALL
        SELECT project, toUInt16(date - {first:Date}) AS day,
               toInt64(0), if(installer = '', 0, toInt64(count)), if(installer = '', toInt64(count), 0)
        FROM pypi_downloads_per_day_by_version_by_installer_by_type
        WHERE date BETWEEN {first:Date} AND {newest:Date}
          AND project > {after:String} AND ({upto:String} = '' OR project <= {upto:String})
          AND (installer = '' OR installer IN {mirrors:Array(String)})
    )
    GROUP BY project
    HAVING downloads > 0
)
ORDER BY project;

-- name: breakdown
-- One row a package above the bound: its labels with their days as JSON, by label; `remaining` is 1
-- in the last row of a whole answer.
SELECT project,
       concat('[', arrayStringConcat(arraySort(groupArray(entry)), ','), ']') AS labels,
       row_number() OVER (ORDER BY project DESC) AS remaining
FROM (
    SELECT project, concat('[', toJSONString(label), ',', toString(counts), ']') AS entry
    FROM (
        SELECT project, toString({label:Identifier}) AS label,
               sumResample(0, {days:UInt16}, 1)(toInt64(count), toUInt16(date - {first:Date})) AS counts
        FROM {table:Identifier}
        WHERE date BETWEEN {first:Date} AND {newest:Date}
          AND project > {after:String} AND ({upto:String} = '' OR project <= {upto:String})
          AND project IN (
              SELECT project
              FROM pypi_downloads_per_day
              WHERE date BETWEEN {first:Date} AND {newest:Date}
                AND project > {after:String} AND ({upto:String} = '' OR project <= {upto:String})
              GROUP BY project
              HAVING sum(count) >= {least:Int64}
          )
        GROUP BY project, label
    )
    WHERE arraySum(counts) > 0
)
GROUP BY project
ORDER BY project;

-- name: breakdown_without_mirrors
-- The same, each label less what mirrors fetched under it, never below zero.
WITH '' AS unknown
SELECT project,
       concat('[', arrayStringConcat(arraySort(groupArray(entry)), ','), ']') AS labels,
       row_number() OVER (ORDER BY project DESC) AS remaining
FROM (
    SELECT project, concat('[', toJSONString(label), ',', toString(counts), ']') AS entry
    FROM (
        SELECT project, label,
               arrayMap(n -> greatest(n, 0),
                        sumResample(0, {days:UInt16}, 1)(downloads, day)) AS counts
        FROM (
            SELECT project, toString({label:Identifier}) AS label,
                   toUInt16(date - {first:Date}) AS day, toInt64(count) AS downloads
            FROM {table:Identifier}
            WHERE date BETWEEN {first:Date} AND {newest:Date}
              AND project > {after:String} AND ({upto:String} = '' OR project <= {upto:String})
            UNION ALL
            SELECT project, toString({mirror_label:Identifier}) AS label,
                   toUInt16(date - {first:Date}) AS day, -toInt64(count) AS downloads
            FROM {mirror_table:Identifier}
            WHERE date BETWEEN {first:Date} AND {newest:Date}
              AND project > {after:String} AND ({upto:String} = '' OR project <= {upto:String})
              AND installer IN {mirrors:Array(String)}
        )
        WHERE project IN (
            SELECT project
            FROM pypi_downloads_per_day
            WHERE date BETWEEN {first:Date} AND {newest:Date}
              AND project > {after:String} AND ({upto:String} = '' OR project <= {upto:String})
            GROUP BY project
            HAVING sum(count) >= {least:Int64}
        )
        GROUP BY project, label
    )
    WHERE arraySum(counts) > 0
)
GROUP BY project
ORDER BY project;
