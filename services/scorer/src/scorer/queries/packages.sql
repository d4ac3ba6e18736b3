-- name: add_names!
-- Make packages known that were not.
insert into packages (name, first_seen)
select name, :day from unnest(cast(:names as text[])) as new (name) order by name
on conflict (name) do nothing;

-- name: ids
-- Numbers of packages by name.
select name, package_id from packages where name = any(:names);

-- name: make_listed!
-- Room for PyPI's list of names, for this transaction only.
create temporary table listed (name text not null, serial bigint not null) on commit drop;

-- name: measure_listed!
-- Tell the planner how many names there are, or it joins them one by one.
analyze listed;

-- name: count_listed^
-- Names on PyPI now, and when the list was last read.
select (select count(*) from listed) as listed,
    (select count(*) from packages where last_seen is not null and gone_since is null) as known;

-- name: add_listed!
-- Names new on PyPI.
insert into packages (name, first_seen, serial, last_seen)
select l.name, :day, l.serial, :day
from listed l left join packages p using (name)
where p.name is null order by l.name
on conflict (name) do nothing;

-- name: refresh_listed!
-- New serials, and names that are back.
update packages p set serial = l.serial, last_seen = :day, gone_since = null,
    unlisted_since = null,
    -- What has come back is read anew: leaving quarantine need not change its serial.
    read_serial = case when p.unlisted_since is null then p.read_serial end
from listed l
where p.name = l.name
    and (p.serial is distinct from l.serial or p.gone_since is not null or p.last_seen is null
         or p.unlisted_since is not null);

-- name: mark_unlisted!
-- Names missing in the list: gone, or in quarantine, which their own pages alone tell. They stay,
-- with the day of the last list that had them: a name that did not change was in every list since
-- it was last noted, up to the one before this.
with before as (
    select max(r.day) as day from runs r join gates g using (run_id)
    where r.kind = 'metadata' and r.day <= :day and r.run_id <> :run_id
        and g.gate = 'list' and (g.passed or r.released)
)
update packages p set unlisted_since = :day,
    last_seen = case when p.last_seen is not null then greatest(p.last_seen, before.day) end
from before
where p.unlisted_since is null and not exists (select from listed l where l.name = p.name);

-- name: due_tasks
-- Packages whose document, page or repository is to be read, most downloaded first, then longest
-- unseen. A status changes without a serial, so that pages are due by time: the most used every
-- night, each of the others in its own night of the week and whenever it was not seen for a week.
select p.name, p.read_serial as serial, p.etag as pypi_etag, p.page_etag,
    coalesce(r.full_name, p.repository_name) as repository, p.repository_id,
    r.etag as repository_etag, l.rank,
    -- Whoever has no rank yet comes after all who could have one.
    coalesce(l.rank, (select count(*) from packages)) <= cast(:deep_rank as bigint) as deep,
    due.package as read_package, due.page and not due.package as read_page,
    (due.package or due.repository) as read_repository
from packages p
left join repositories r on r.repository_id = p.repository_id
left join package_list l on l.package_id = p.package_id
cross join lateral (
    select
        p.unlisted_since is null
            and (p.read_serial is distinct from p.serial or p.read_serial is null) as package,
        case when p.unlisted_since is not null
            -- In quarantine, or not asked for yet; what was told to be gone is not asked for again.
            then p.gone_since is null or p.status_seen_at is null
            else coalesce(l.rank <= cast(:status_rank as bigint), false)
                or coalesce(
                    p.status_seen_at < cast(:day as date) - cast(:status_days as integer) + 1, false)
                or (p.package_id + (cast(:day as date) - date '2000-01-01'))
                    % cast(:status_days as integer) = 0
        end as page,
        p.unlisted_since is null and p.repository_name is not null and (
            p.repository_asked_at is null
            or p.repository_asked_at < cast(:day as date) - cast(:repository_days as integer) + 1
        ) as repository
) due
where (due.package or due.page or due.repository)
    and (cast(:names as text[]) is null or p.name = any(:names))
order by l.rank nulls last, p.observed_at nulls first, p.name
limit nullif(cast(:most as bigint), 0);

-- name: work_expires$
-- Until when a run's work is worth carrying out.
select greatest(deadline, requested_at + make_interval(secs => :patience))
from runs where run_id = :run_id;

-- name: security_tasks
-- Every package that may be examined, with what the rules need to know of it.
select p.name, p.version, l.rank, p.first_release,
    p.owners || case when r.full_name is null then '{}'
                     else array[lower(split_part(r.full_name, '/', 1))] end as owners,
    coalesce(r.full_name, p.repository_name) as repository,
    case when p.gone_since is not null then 'gone' else p.project_status end as project_status,
    p.status_reason, p.yanked, p.yanked_reason, p.vulnerabilities,
    coalesce(known.releases, '{}') as releases
from packages p
left join repositories r on r.repository_id = p.repository_id
left join package_list l on l.package_id = p.package_id
left join lateral (
    select jsonb_object_agg(release ->> 'version', release -> 'day') as releases
    from jsonb_array_elements(p.releases) release
    where not coalesce(cast(release ->> 'yanked' as boolean), false)
) known on cardinality(p.vulnerabilities) > 0
    or exists (select from advisory_packages a where a.name = p.name)
where (cast(:names as text[]) is null or p.name = any(:names))
order by p.name;

-- name: popular_names
-- The most used names, most used first, with the account their repository belongs to.
select name, coalesce(lower(split_part(repository, '/', 1)), '') as owner
from package_list where rank <= :most and not flagged order by rank, name;

-- name: store_facts*!
-- What a package's document says now.
update packages set
    outcome = :outcome, outcome_reason = null, observed_at = :observed_at, etag = :etag,
    page_etag = :page_etag, status_seen_at = :observed_at,
    read_serial = coalesce(:serial, serial, 0), display_name = :display_name, version = :version,
    summary = :summary, released = :released, first_release = :first_release,
    release_count = :release_count, releases_last_year = :releases_last_year, yanked = :yanked,
    yanked_reason = :yanked_reason, requires_python = :requires_python,
    minimum_python = :minimum_python, development_status = :development_status,
    license = :license, license_class = :license_class, project_status = :project_status,
    status_reason = :status_reason, classifiers = :classifiers, keywords = :keywords,
    import_names = :import_names,
    links = :links, owners = :owners, organization = :organization,
    maintainers = :maintainers, vulnerabilities = :vulnerabilities, releases = :releases,
    repository_name = :repository_name, repository_confidence = :repository_confidence,
    repository_reason = :repository_reason, repository_told = :repository_confidence,
    repository_told_reason = :repository_reason, repository_resemblance = :repository_resemblance,
    repository_directory = :repository_directory, repository_shared_by = null
where name = :name;

-- name: store_status*!
-- A project with nothing to install: its status is new, its facts are the last known.
update packages set outcome = :outcome, outcome_reason = :reason, observed_at = :observed_at,
    page_etag = :page_etag, status_seen_at = :observed_at, gone_since = null,
    read_serial = coalesce(:serial, serial, read_serial),
    display_name = coalesce(display_name, :display_name),
    project_status = :project_status, status_reason = :status_reason
where name = :name;

-- name: confirm_facts*!
-- The document has not changed since it was last read; the status may have.
update packages set outcome = :outcome, outcome_reason = null, observed_at = :observed_at,
    read_serial = coalesce(:serial, serial, read_serial), gone_since = null,
    status_seen_at = :observed_at, page_etag = coalesce(:page_etag, page_etag),
    project_status = coalesce(cast(:project_status as text), project_status),
    status_reason = case when cast(:project_status as text) is null then status_reason
                         else cast(:status_reason as text) end
where name = :name;

-- name: note_failure*!
-- The look brought nothing; what was known stays. A name that is missing in the list and has no
-- page either is gone since it left the list.
update packages set outcome = :outcome, outcome_reason = :reason,
    gone_since = case when cast(:outcome as text) = 'gone' then coalesce(gone_since, unlisted_since)
                      else gone_since end,
    status_seen_at = case when cast(:outcome as text) = 'gone' then cast(:observed_at as timestamptz)
                          else status_seen_at end
where name = :name;

-- name: forget_dependencies!
-- Before the current ones are stored.
delete from dependencies where package_id = any(:ids);

-- name: store_dependencies!
-- Declared dependencies, those of extras marked.
insert into dependencies (package_id, requires, extra)
select * from unnest(cast(:ids as integer[]), cast(:requires as text[]), cast(:extra as boolean[]))
on conflict do nothing;

-- name: store_repository*!
-- What GitHub says of a repository now; what it did not say this time keeps its last value, but
-- for the issues of a tracker that was switched off since.
insert into repositories (
    repository_id, full_name, description, stars, forks, watchers, open_issues, open_pulls,
    issues_and_pulls, closed_issues, topics, license, language, homepage, archived, fork, created,
    last_push, last_commit, releases, commits_last_year, commits_last_90_days, commits_since_release,
    contributors, half_of_commits_by, merged_pulls_last_year, discussions, etag, observed_at,
    deep_observed_at, outcome
) values (
    :repository_id, :full_name, :description, :stars, :forks, :watchers, :open_issues, :open_pulls,
    :issues_and_pulls, :closed_issues, :topics, :license, :language, :homepage, :archived, :fork,
    :created, :last_push, :last_commit, :releases, :commits_last_year, :commits_last_90_days,
    :commits_since_release, :contributors, :half_of_commits_by, :merged_pulls_last_year,
    :discussions, :etag, :observed_at, :deep_observed_at, :outcome
)
on conflict (repository_id) do update set
    full_name = excluded.full_name, description = excluded.description, stars = excluded.stars,
    forks = excluded.forks, watchers = coalesce(excluded.watchers, repositories.watchers),
    open_issues = case when cast(:has_issues as boolean)
        then coalesce(excluded.open_issues, repositories.open_issues) end,
    open_pulls = coalesce(excluded.open_pulls, repositories.open_pulls),
    issues_and_pulls = excluded.issues_and_pulls,
    closed_issues = case when cast(:has_issues as boolean)
        then coalesce(excluded.closed_issues, repositories.closed_issues) end,
    topics = excluded.topics, license = excluded.license, language = excluded.language,
    homepage = excluded.homepage, archived = excluded.archived, fork = excluded.fork,
    created = coalesce(excluded.created, repositories.created),
    last_push = excluded.last_push,
    -- Commits are asked for with the deeper facts. What those told holds while nothing was pushed
    -- since, and for a while longer.
    last_commit = case when excluded.deep_observed_at is not null
            or repositories.deep_observed_at > excluded.observed_at - interval '35 days'
            or repositories.deep_observed_at >= excluded.last_push
        then coalesce(excluded.last_commit, repositories.last_commit) end,
    commits_last_year = case when excluded.deep_observed_at is not null
            or repositories.deep_observed_at > excluded.observed_at - interval '35 days'
            or repositories.deep_observed_at >= excluded.last_push
        then coalesce(excluded.commits_last_year, repositories.commits_last_year) end,
    releases = coalesce(excluded.releases, repositories.releases),
    commits_last_90_days =
        coalesce(excluded.commits_last_90_days, repositories.commits_last_90_days),
    commits_since_release =
        coalesce(excluded.commits_since_release, repositories.commits_since_release),
    contributors = coalesce(excluded.contributors, repositories.contributors),
    half_of_commits_by = coalesce(excluded.half_of_commits_by, repositories.half_of_commits_by),
    merged_pulls_last_year =
        coalesce(excluded.merged_pulls_last_year, repositories.merged_pulls_last_year),
    discussions = coalesce(excluded.discussions, repositories.discussions),
    etag = excluded.etag, observed_at = excluded.observed_at,
    deep_observed_at = coalesce(excluded.deep_observed_at, repositories.deep_observed_at),
    outcome = excluded.outcome, problem = null, gone_since = null
where repositories.observed_at <= excluded.observed_at;

-- name: store_stars*!
-- One row a day: GitHub no longer tells when a star was given.
insert into repository_history (repository_id, day, stars, forks)
values (:repository_id, :day, :stars, :forks)
on conflict (repository_id, day) do update set stars = excluded.stars, forks = excluded.forks;

-- name: repeat_stars!
-- An unchanged repository has the stars it had.
insert into repository_history (repository_id, day, stars, forks)
select r.repository_id, :day, r.stars, r.forks
from packages p join repositories r on r.repository_id = p.repository_id
where p.name = any(:packages)
on conflict (repository_id, day) do nothing;

-- name: confirm_repositories!
-- GitHub says that nothing has changed.
update repositories r set observed_at = greatest(r.observed_at, :observed_at), outcome = 'unchanged',
    problem = null, gone_since = null
from packages p
where p.repository_id = r.repository_id and p.name = any(:packages);

-- name: link_repository*!
-- A package and the repository that answered for it.
update packages set repository_id = :repository_id, repository_asked = :asked,
    repository_outcome = :outcome, repository_problem = null, repository_asked_at = :observed_at
where name = :package;

-- name: note_repository*!
-- How the look at a package's repository ended. Facts known before stay and keep their date;
-- a link to another repository than the one now named is cut. What could not be asked stays due.
update packages p set repository_outcome = :outcome, repository_problem = :reason,
    repository_asked_at = case when cast(:outcome as text) in ('skipped', 'failed')
                               then p.repository_asked_at
                               else cast(:observed_at as timestamptz) end,
    repository_id = case
        when p.repository_asked = :asked
            or exists (select from repositories r
                       where r.repository_id = p.repository_id and lower(r.full_name) = lower(:asked))
        then p.repository_id end
where p.name = :package;

-- name: date_lost_repository*!
-- A repository that does not answer any more: since when.
update repositories r set outcome = :outcome, problem = :reason,
    gone_since = coalesce(r.gone_since, cast(:day as date))
from packages p where p.repository_id = r.repository_id and p.name = :package;

-- name: judge_sharing!
-- A repository that several packages name is shared by them; where it bears the name of one of
-- them, another whose name has nothing in common with it links to somebody else's project, unless
-- so many do that it is their common house. What each package's own links told is kept beside;
-- what a package is told already, by how many share and whether it is foreign, is not written again.
with named as materialized (
    select package_id, coalesce(cast(repository_id as text), lower(repository_name)) as house,
        repository_resemblance as alike, repository_told as told, repository_shared_by as shared_by,
        repository_confidence is distinct from repository_told as lowered
    from packages where repository_name is not null and gone_since is null
),
houses as (
    select house, count(*) as users, count(*) filter (where alike = 'same') as namesakes
    from named group by house having count(*) > 1
),
judged as (
    select n.*, cast(h.users as integer) as users, coalesce(
        h.namesakes > 0 and h.users < :family and n.alike = 'none', false) as stranger
    from named n left join houses h using (house)
)
update packages p set repository_shared_by = j.users,
    repository_confidence = case when j.stranger then cast(j.told * :foreign_factor as real)
                                 else j.told end,
    repository_reason = p.repository_told_reason || case
        when j.users is null then ''
        when j.stranger then '; it bears the name of another package that links to it'
        else '; shared by ' || j.users || ' packages' end
from judged j
where j.package_id = p.package_id and j.told is not null
    and (j.shared_by is distinct from j.users or j.lowered is distinct from j.stranger);

-- name: counts^
-- What is known of packages and repositories after a run.
select
    (select count(*) from packages where gone_since is null) as packages,
    (select count(*) from packages where display_name is not null) as with_facts,
    (select count(*) from packages where repository_id is not null) as with_repository,
    (select count(*) from repositories) as repositories,
    (select applied from runs where run_id = :run_id) as batches;
