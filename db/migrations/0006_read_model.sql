-- The read model: all that a list or a search needs, one row a package. Owner: scorer.
-- Rebuilt aside as package_list_next and swapped; nothing in it changes just because time passed.

create extension if not exists pg_trgm;

create materialized view package_list as
select
    p.package_id,
    p.name,
    coalesce(p.display_name, p.name) as display_name,
    p.summary,
    p.version,
    p.released,
    p.first_release,
    p.requires_python,
    p.minimum_python,
    p.license,
    case when p.gone_since is not null then 'gone' else p.project_status end as project_status,
    p.keywords,
    (p.gone_since is not null
     or (d.package_id is not null and d.collected < newest.day)) as stale,
    coalesce(d.last_day, 0) as last_day,
    coalesce(d.last_week, 0) as last_week,
    coalesce(d.last_month, 0) as last_month,
    coalesce(d.total, 0) as total,
    coalesce(d.all_last_day, 0) as all_last_day,
    coalesce(d.all_last_week, 0) as all_last_week,
    coalesce(d.all_last_month, 0) as all_last_month,
    coalesce(d.all_total, 0) as all_total,
    d.first_day,
    d.sparkline,
    case when d.last_month > 0
        then rank() over (order by d.last_month desc nulls last)::integer end as rank,
    s.health,
    s.health_confidence,
    s.momentum,
    s.week_over_week,
    coalesce(s.enough_data, false) as enough_data,
    coalesce(s.maintenance, 'unknown') as maintenance,
    coalesce(s.category, 'none') as category,
    coalesce(s.python_support, 'unknown') as python_support,
    coalesce(s.license_class, 'unknown') as license_class,
    coalesce(s.cadence, 'unknown') as cadence,
    coalesce(s.contributor_risk, 'unknown') as contributor_risk,
    s.engagement,
    coalesce(s.insights, '{}') as insights,
    s.family,
    r.repository_id,
    r.full_name as repository,
    p.repository_confidence,
    r.stars,
    r.forks,
    r.open_issues,
    r.topics,
    r.last_push,
    r.archived,
    r.observed_at as repository_observed_at,
    coalesce(dependents.count, 0)::integer as dependents,
    case
        when f.malicious then 'malicious'
        when f.quarantined then 'quarantined'
        when f.lookalike then 'lookalike'
        when f.vulnerable then 'vulnerable'
        when e.package_id is not null then 'clean'
        else 'unknown'
    end as security_status,
    coalesce(f.malicious or f.quarantined or f.lookalike, false) as flagged
from packages p
cross join (select max(collected) as day from recent_downloads) newest
left join recent_downloads d using (package_id)
left join scores s using (package_id)
left join repositories r on r.repository_id = p.repository_id
left join package_security e using (package_id)
left join (
    select requires, count(*) as count from dependencies where not extra group by requires
) dependents on dependents.requires = p.name
left join (
    select package_id,
        bool_or(kind = 'malicious') as malicious,
        bool_or(kind = 'quarantined') as quarantined,
        bool_or(kind = 'lookalike') as lookalike,
        bool_or(kind = 'vulnerable') as vulnerable
    from findings where lifted is null group by package_id
) f using (package_id);

create unique index package_list_id on package_list (package_id);
create unique index package_list_name on package_list (name text_pattern_ops);
create index package_list_downloads on package_list (last_month desc, name) where not flagged;
create index package_list_stars on package_list (stars desc nulls last, name) where not flagged;
create index package_list_momentum on package_list (momentum desc nulls last, name) where not flagged;
create index package_list_health on package_list (health desc nulls last, name) where not flagged;
create index package_list_dependents on package_list (dependents desc, name) where not flagged;
create index package_list_category on package_list (category, last_month desc, name) where not flagged;
create index package_list_topics on package_list using gin (topics);
create index package_list_insights on package_list using gin (insights);
create index package_list_trigrams on package_list using gin (name gin_trgm_ops);
-- Words of summaries, for names people cannot recall; of packages somebody uses, so that it is small.
create index package_list_words on package_list
    using gin (to_tsvector('english', coalesce(summary, ''))) where last_month >= 1000;

-- The most used names behind each prefix of one to four letters, and behind longer ones that many
-- names share, made with the read model.
create table search_prefixes (
    prefix     text not null,
    position   smallint not null,
    package_id integer not null,
    primary key (prefix, position)
);
