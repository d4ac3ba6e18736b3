-- name: create_database#
-- The database that the public server offers.
CREATE DATABASE pypi;

-- name: create_per_day#
-- Downloads by project and day.
CREATE TABLE pypi.pypi_downloads_per_day
(date Date, project String, count Int64)
ENGINE = SummingMergeTree ORDER BY (project, date);

-- name: create_version#
-- Downloads by version.
CREATE TABLE pypi.pypi_downloads_per_day_by_version
(date Date, project String, version String, count Int64)
ENGINE = SummingMergeTree ORDER BY (project, version, date);

-- name: create_installer#
-- Downloads by installer; the type of file is no part of the key, so its rows merge.
CREATE TABLE pypi.pypi_downloads_per_day_by_version_by_installer_by_type
(date Date, project String, version String, installer LowCardinality(String),
 type LowCardinality(String), count Int64)
ENGINE = SummingMergeTree ORDER BY (project, version, date, installer);

-- name: create_country#
-- Downloads by country.
CREATE TABLE pypi.pypi_downloads_per_day_by_version_by_country
(date Date, project String, version String, country_code LowCardinality(String), count Int64)
ENGINE = SummingMergeTree ORDER BY (project, version, date, country_code);

-- name: create_file_type#
-- Downloads by type of file.
CREATE TABLE pypi.pypi_downloads_per_day_by_version_by_file_type
(date Date, project String, version String, type LowCardinality(String), count Int64)
ENGINE = SummingMergeTree ORDER BY (project, version, date, type);

-- name: create_python#
-- Downloads by minor version of Python.
CREATE TABLE pypi.pypi_downloads_per_day_by_version_by_python
(date Date, project String, version String, python_minor LowCardinality(String), count Int64)
ENGINE = SummingMergeTree ORDER BY (project, version, date, python_minor);

-- name: create_system#
-- Downloads by operating system.
CREATE TABLE pypi.pypi_downloads_per_day_by_version_by_system
(date Date, project String, version String, system LowCardinality(String), count Int64)
ENGINE = SummingMergeTree ORDER BY (project, version, date, system);
