-- name: search_exact
-- The packages of these very names.
select package_id, name, last_month, flagged from package_list where name = any(:names);

-- name: search_reported
-- A name that PyPI no longer has, known from reports of malicious code alone.
select ap.name, ap.name as display_name, a.summary, 0::bigint as last_month,
    'gone' as project_status, 'malicious' as security_status, false as stale
from advisory_packages ap
join advisories a using (advisory_id)
where ap.name = :name and a.kind = 'malicious' and a.withdrawn is null
order by a.published desc nulls last, a.advisory_id
limit 1;

-- name: search_known_prefix
-- The most used names behind a few letters, or behind a prefix that many names share: made with the
-- read model.
select l.package_id, l.name, l.last_month
from search_prefixes s join package_list l using (package_id)
where s.prefix = :prefix
order by s.position
limit :most;

-- name: search_prefix
-- The most used names behind any other prefix.
select package_id, name, last_month
from package_list
where name ~>=~ :prefix and name ~<~ :beyond
order by last_month desc, name
limit :most;

-- name: search_meant
-- Packages of these names, the fewest mistakes first, then the most used.
select l.package_id, l.last_month, meant.mistakes
from unnest(:names::text[], :mistakes::integer[]) as meant (name, mistakes)
join package_list l on l.name = meant.name
order by meant.mistakes, l.last_month desc, l.name
limit :most;

-- name: search_postings
-- What is kept for words as they were typed, for an import name in several spellings, and for names
-- written together. Flagged packages are found by their names alone: nobody is led to them.
select t.text, s.kind, s.packages, array_send(s.package_ids) as package_ids,
    array_send(s.marks) as marks
from unnest(:texts::text[]) as t (text)
cross join lateral unnest(to_tsvector('english', t.text)) as stem
join search_words s on s.kind = 'word' and s.word = stem.lexeme
union all
select s.word, s.kind, s.packages, array_send(s.package_ids), array_send(s.marks)
from search_words s
where (s.kind = 'import' and s.word = any(:imports::text[]))
    or (s.kind = 'joined' and s.word = :joined);

-- name: search_narrowed
-- Those of the packages found that pass filters: listing.py fills in the conditions.
select package_id from package_list where {where} and package_id = any({ids}::integer[]);

-- name: search_rows
-- What search shows of packages.
select package_id, name, display_name, summary, last_month, project_status, security_status, stale
from package_list where package_id = any(:ids);

-- name: common_words
-- The words that most packages bear, as people write them: those that are a package's name, not stems.
select word from search_words where kind = 'word' and word ~ '^[a-z][a-z0-9]+$'
    and exists (select from package_list l where l.name = search_words.word)
order by packages desc, word limit :most;
