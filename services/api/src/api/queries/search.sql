-- name: search_candidates
-- All that a query may mean, in one question: packages of the very names and of names that are
-- spelled alike; the most used names behind beginnings (those of few letters, or that many names
-- share, were made with the read model); and what is kept for words as they were typed, for an
-- import name in several spellings, and for names written together. Flagged packages are found by
-- their names alone: nobody is led to them. A number of its own at `limit`, and one row for a word,
-- let PostgreSQL estimate the same for all queries, so that it plans once.
with beginning as materialized (
    select :typed::text as typed union select :joined::text
)
select 'name' as kind, meant.name as text, l.package_id, l.name, l.last_month, l.flagged,
    meant.mistakes, null::integer as packages, null::bytea as package_ids, null::bytea as marks
from unnest(:names::text[], :mistakes::integer[]) as meant (name, mistakes)
join package_list l on l.name = meant.name
union all
select 'prefix', typed, begun.*, null, null, null, null, null
from beginning
cross join lateral (
    select l.package_id, l.name, l.last_month
    from search_prefixes s join package_list l using (package_id)
    where s.prefix = typed
) begun
union all
select 'prefix', typed, begun.*, null, null, null, null, null
from beginning
cross join lateral (
    select package_id, name, last_month
    from package_list
    where name ~>=~ typed and name ~<~ (typed || :last_letter::text)
    order by last_month desc, name
    limit 20
) begun
where length(typed) > :short::integer
    and not exists (select from search_prefixes s where s.prefix = typed)
union all
select s.kind, t.text, null, null, null, null, null, s.packages, array_send(s.package_ids),
    array_send(s.marks)
from unnest(:texts::text[]) as t (text)
join search_words s
    on s.kind = 'word' and s.word = (tsvector_to_array(to_tsvector('english', t.text)))[1]
union all
select s.kind, s.word, null, null, null, null, null, s.packages, array_send(s.package_ids),
    array_send(s.marks)
from search_words s
where (s.kind = 'import' and s.word in (:imported::text, :underlined::text, :dotted::text))
    or (s.kind = 'joined' and s.word = :together::text);

-- name: search_narrowed
-- Those of the packages found that pass filters: listing.py fills in the conditions.
select package_id from package_list where {where} and package_id = any({ids}::integer[]);

-- name: search_rows
-- What search shows of packages, and of a name that PyPI no longer has, where reports of malicious
-- code know it.
select package_id, name, display_name, summary, last_month, project_status, security_status,
    security_severity, stale
from package_list where package_id = any(:ids)
union all
(
    select null, ap.name, ap.name, a.summary, 0, 'gone', 'malicious', null, false
    from advisory_packages ap
    join advisories a using (advisory_id)
    where ap.name = :reported::text and a.kind = 'malicious' and a.withdrawn is null
    order by a.published desc nulls last, a.advisory_id
    limit 1
);

-- name: common_words
-- The words that most packages bear, as people write them: those that are a package's name, not stems.
select word from search_words where kind = 'word' and word ~ '^[a-z][a-z0-9]+$'
    and exists (select from package_list l where l.name = search_words.word)
order by packages desc, word limit :most;
