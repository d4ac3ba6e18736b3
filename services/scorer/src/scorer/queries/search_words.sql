-- name: fill_words#
-- The packages behind each stem of names, keywords, topics and summaries; of packages that somebody
-- uses and nobody warns of, at most 1,000 a word. A mark packs, from its lowest bit: the fields that
-- hold the word (1 summary, 2 topics, 4 keywords, 8 name, 16 half a word of the name), how many words the name has (2 bits), how
-- late in the summary the word comes (2 bits), and eight times the binary logarithm of use.
insert into search_words (kind, word, packages, package_ids, marks)
with used as materialized (
    select l.package_id, cast(8 * ln(1 + cast(l.last_month as float8)) / ln(2) as integer) as use,
        l.name, l.keywords, l.topics, translate(l.summary, '/-_.', '    ') as summary,
        replace(l.name, '-', ' ') as parts
    from package_list l
    where l.last_month >= 1000 and not l.flagged
), known as materialized (
    -- Words common enough that a name which begins or ends with one was put together from it.
    select word from (
        select unnest(string_to_array(parts, ' ')) as word from used
        union all
        select lower(unnest(string_to_array(summary, ' '))) from used
    ) every_word where word ~ '^[a-z0-9]{3,}$' group by word having count(*) >= 20
), halves as materialized (
    select package_id, use, string_agg(half, ' ') as words from (
        select package_id, use, unnest(array[left(name, cut), substr(name, cut + 1)]) as half
        from used cross join generate_series(2, 12) as cut
        where name ~ '^[a-z0-9]+$' and length(name) - cut >= 2
    ) cuts join known on known.word = half group by package_id, use
), texts as (
    -- A name is also known without what names in Python begin or end with: py, python, a number.
    select package_id, use,
        least(3, 1 + length(trim(regexp_replace(parts, '\m(python3?|py)\M', '', 'g')))
            - length(replace(trim(regexp_replace(parts, '\m(python3?|py)\M', '', 'g')), ' ', '')))
            as name_words,
        setweight(to_tsvector('english', coalesce(summary, '')), 'D')
        || setweight(to_tsvector('english', translate(array_to_string(keywords, ' '), '/-_.', '    ')), 'B')
        || setweight(to_tsvector('english', translate(coalesce(array_to_string(topics, ' '), ''), '/-_.', '    ')), 'C')
        || setweight(to_tsvector('english', parts || ' ' || regexp_replace(regexp_replace(
            parts, '\m(python|py)(?=[a-z]{2})', '', 'g'), '(py)?[0-9]*\M', '', 'g')), 'A') as words
    from used
), marked as (
    select w.lexeme as word, t.package_id,
        t.use * 512 + (case when w.positions[1] <= 3 then 0 when w.positions[1] <= 7 then 1
                            when w.positions[1] <= 14 then 2 else 3 end) * 128
        + t.name_words * 32
        + case when 'A' = any(w.weights) then 8 else 0 end
        + case when 'B' = any(w.weights) then 4 else 0 end
        + case when 'C' = any(w.weights) then 2 else 0 end
        + case when 'D' = any(w.weights) then 1 else 0 end as mark
    from texts t, unnest(t.words) w
    union all
    select stem.lexeme, h.package_id, h.use * 512 + 32 + 16
    from halves h, unnest(to_tsvector('english', h.words)) as stem
), merged as (
    select word, package_id, bit_or(mark) as mark from marked group by word, package_id
)
select 'word', word, count(*),
    (array_agg(package_id order by mark + (mark & 8) * 4096 desc, package_id))[1 : 1000],
    (array_agg(mark order by mark + (mark & 8) * 4096 desc, package_id))[1 : 1000]
from merged group by word;

-- name: fill_imports#
-- The packages behind what is imported: by a reviewed table, and as packages themselves declare it. A
-- mark packs use like those of words, and 1 where a package is only known by the name; the table
-- comes first.
insert into search_words (kind, word, packages, package_ids, marks)
select 'import', word, count(*), array_agg(package_id order by place, last_month desc),
    array_agg(mark + 512 * cast(8 * ln(1 + cast(last_month as float8)) / ln(2) as integer)
        order by place, last_month desc)
from (
    select distinct on (word, package_id) * from (
        select named.word, l.package_id, l.last_month, named.mark, 1 as place
        from unnest(cast($1 as text[]), cast($2 as text[]), cast($3 as integer[]))
            as named (word, package, mark)
        join package_list l on l.name = named.package
        where not l.flagged
        union all
        select lower(declared), l.package_id, l.last_month, 0, 2
        from packages p join package_list l using (package_id), unnest(p.import_names) as declared
        where p.import_names <> '{}' and not l.flagged
    ) every_one order by word, package_id, place
) meant group by word;

-- name: fill_joined#
-- Names of used packages written together: `scikitlearn`.
insert into search_words (kind, word, packages, package_ids, marks)
select 'joined', replace(name, '-', ''), count(*), array_agg(package_id order by last_month desc),
    array_agg(512 * cast(8 * ln(1 + cast(last_month as float8)) / ln(2) as integer)
        order by last_month desc)
from package_list
where last_month >= 1000 and not flagged and name like '%-%'
group by 2;
