-- All tables as the migrations make them; written by `make schema`, proved by a test.
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';

CREATE FUNCTION public.ensure_year(parent text, year integer) RETURNS void
    LANGUAGE plpgsql
    AS $$
begin
    if to_regclass(format('%s_%s', parent, year)) is null then
        -- Two finishers may come here at once; the second finds it made.
        perform pg_advisory_xact_lock(hashtext(parent), year);
        execute format('create table if not exists %I partition of %I for values from (%L) to (%L)',
                       format('%s_%s', parent, year), parent,
                       make_date(year, 1, 1), make_date(year + 1, 1, 1));
    end if;
end $$;

CREATE TABLE public.advisories (
    advisory_id text NOT NULL,
    aliases text[] DEFAULT '{}'::text[] NOT NULL,
    kind text NOT NULL,
    severity text NOT NULL,
    score real,
    summary text NOT NULL,
    details text NOT NULL,
    url text NOT NULL,
    published timestamp with time zone,
    modified timestamp with time zone,
    withdrawn timestamp with time zone
);

CREATE TABLE public.advisory_packages (
    advisory_id text NOT NULL,
    name text NOT NULL,
    ranges text[] DEFAULT '{}'::text[] NOT NULL,
    fixed_in text[] DEFAULT '{}'::text[] NOT NULL
);

CREATE TABLE public.breakdown_month (
    package_id integer NOT NULL,
    label_id integer NOT NULL,
    month date NOT NULL,
    days bytea NOT NULL
)
PARTITION BY RANGE (month);

CREATE TABLE public.corrections (
    day date NOT NULL,
    run_id text NOT NULL,
    packages integer NOT NULL,
    change bigint NOT NULL
);

CREATE TABLE public.dead_letters (
    id bigint NOT NULL,
    service text NOT NULL,
    stream text NOT NULL,
    sequence bigint NOT NULL,
    subject text NOT NULL,
    run_id text,
    msg_id text,
    body bytea NOT NULL,
    errors text[] NOT NULL,
    deliveries integer NOT NULL,
    died_at timestamp with time zone NOT NULL,
    replayed_at timestamp with time zone
);

ALTER TABLE public.dead_letters ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.dead_letters_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.dependencies (
    package_id integer NOT NULL,
    requires text NOT NULL,
    extra boolean NOT NULL
);

CREATE TABLE public.download_totals (
    package_id integer NOT NULL,
    total bigint NOT NULL,
    mirrors bigint NOT NULL,
    first_day date,
    collected date NOT NULL
);

CREATE TABLE public.downloads_month (
    package_id integer NOT NULL,
    month date NOT NULL,
    days bytea NOT NULL,
    mirrors bytea NOT NULL
)
PARTITION BY RANGE (month);

CREATE TABLE public.ecosystem_breakdown (
    label_id integer NOT NULL,
    month date NOT NULL,
    days bigint[] NOT NULL
);

CREATE TABLE public.findings (
    package_id integer NOT NULL,
    kind text NOT NULL,
    id text NOT NULL,
    source text NOT NULL,
    severity text NOT NULL,
    summary text NOT NULL,
    url text NOT NULL,
    since date,
    fixed_in text,
    aliases text[] DEFAULT '{}'::text[] NOT NULL,
    probability real,
    evidence text[] DEFAULT '{}'::text[] NOT NULL,
    found date NOT NULL,
    lifted date
);

CREATE TABLE public.gates (
    run_id text NOT NULL,
    gate text NOT NULL,
    passed boolean NOT NULL,
    measured double precision,
    bound double precision,
    reason text NOT NULL
);

CREATE TABLE public.label_shares (
    package_id integer NOT NULL,
    dimension text NOT NULL,
    largest real NOT NULL,
    collected date NOT NULL,
    CONSTRAINT label_shares_dimension_check CHECK ((dimension = ANY (ARRAY['country'::text, 'installer'::text, 'version'::text])))
);

CREATE TABLE public.labels (
    label_id integer NOT NULL,
    dimension text NOT NULL,
    label text NOT NULL
);

ALTER TABLE public.labels ALTER COLUMN label_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.labels_label_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.list_counts (
    category text,
    maintenance text,
    license_class text,
    python_support text,
    cadence text,
    packages integer NOT NULL
);

CREATE TABLE public.outbox (
    id bigint NOT NULL,
    subject text NOT NULL,
    msg_id text NOT NULL,
    body bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    published_at timestamp with time zone
);

ALTER TABLE public.outbox ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.package_security (
    package_id integer NOT NULL,
    examined date NOT NULL,
    version text,
    safe_version text,
    median_days_to_fix integer
);

CREATE TABLE public.packages (
    package_id integer NOT NULL,
    name text NOT NULL,
    serial bigint,
    read_serial bigint,
    first_seen date,
    last_seen date,
    gone_since date,
    etag text,
    observed_at timestamp with time zone,
    outcome text,
    outcome_reason text,
    display_name text,
    version text,
    summary text,
    released date,
    first_release date,
    release_count integer,
    releases_last_year integer,
    yanked boolean DEFAULT false NOT NULL,
    yanked_reason text,
    requires_python text,
    minimum_python text,
    development_status smallint,
    license text,
    license_class text,
    project_status text DEFAULT 'active'::text NOT NULL,
    status_reason text,
    classifiers text[] DEFAULT '{}'::text[] NOT NULL,
    keywords text[] DEFAULT '{}'::text[] NOT NULL,
    links jsonb DEFAULT '{}'::jsonb NOT NULL,
    owners text[] DEFAULT '{}'::text[] NOT NULL,
    maintainers text[] DEFAULT '{}'::text[] NOT NULL,
    vulnerabilities text[] DEFAULT '{}'::text[] NOT NULL,
    releases jsonb DEFAULT '[]'::jsonb NOT NULL,
    repository_name text,
    repository_confidence real,
    repository_reason text,
    repository_id bigint,
    repository_outcome text,
    repository_problem text,
    repository_asked text,
    repository_asked_at timestamp with time zone,
    repository_told real,
    repository_told_reason text,
    repository_resemblance text,
    repository_directory text,
    repository_shared_by integer,
    organization text,
    import_names text[] DEFAULT '{}'::text[] NOT NULL,
    page_etag text,
    status_seen_at timestamp with time zone,
    unlisted_since date
);

CREATE TABLE public.recent_downloads (
    package_id integer NOT NULL,
    collected date NOT NULL,
    first_day date,
    last_day bigint NOT NULL,
    last_week bigint NOT NULL,
    last_month bigint NOT NULL,
    total bigint NOT NULL,
    all_last_day bigint NOT NULL,
    all_last_week bigint NOT NULL,
    all_last_month bigint NOT NULL,
    all_total bigint NOT NULL,
    weeks bigint[] NOT NULL,
    sparkline bigint[] NOT NULL
);

CREATE TABLE public.repositories (
    repository_id bigint NOT NULL,
    full_name text NOT NULL,
    description text,
    stars integer NOT NULL,
    forks integer NOT NULL,
    watchers integer,
    open_issues integer,
    open_pulls integer,
    issues_and_pulls integer DEFAULT 0 NOT NULL,
    closed_issues integer,
    topics text[] DEFAULT '{}'::text[] NOT NULL,
    license text,
    language text,
    homepage text,
    archived boolean DEFAULT false NOT NULL,
    fork boolean DEFAULT false NOT NULL,
    created date,
    last_push timestamp with time zone,
    releases integer,
    commits_last_year integer,
    commits_last_90_days integer,
    commits_since_release integer,
    contributors integer,
    half_of_commits_by integer,
    merged_pulls_last_year integer,
    discussions integer,
    etag text,
    observed_at timestamp with time zone NOT NULL,
    deep_observed_at timestamp with time zone,
    outcome text NOT NULL,
    problem text,
    gone_since date,
    last_commit timestamp with time zone
);

CREATE TABLE public.scores (
    package_id integer NOT NULL,
    health real,
    health_confidence real,
    momentum real,
    week_over_week real,
    enough_data boolean NOT NULL,
    maintenance text NOT NULL,
    category text NOT NULL,
    python_support text NOT NULL,
    license_class text NOT NULL,
    cadence text NOT NULL,
    contributor_risk text NOT NULL,
    engagement real,
    insights text[] DEFAULT '{}'::text[] NOT NULL,
    family text,
    explanation bytea NOT NULL,
    star_surplus real
);

CREATE MATERIALIZED VIEW public.package_list AS
 SELECT p.package_id,
    p.name,
    COALESCE(p.display_name, p.name) AS display_name,
    p.summary,
    p.version,
    p.released,
    p.first_release,
    p.requires_python,
    p.minimum_python,
    p.license,
        CASE
            WHEN (p.gone_since IS NOT NULL) THEN 'gone'::text
            ELSE p.project_status
        END AS project_status,
    p.keywords,
    ((p.gone_since IS NOT NULL) OR ((d.package_id IS NOT NULL) AND (d.collected < newest.day))) AS stale,
    COALESCE(d.last_day, (0)::bigint) AS last_day,
    COALESCE(d.last_week, (0)::bigint) AS last_week,
    COALESCE(d.last_month, (0)::bigint) AS last_month,
    COALESCE(d.total, (0)::bigint) AS total,
    COALESCE(d.all_last_day, (0)::bigint) AS all_last_day,
    COALESCE(d.all_last_week, (0)::bigint) AS all_last_week,
    COALESCE(d.all_last_month, (0)::bigint) AS all_last_month,
    COALESCE(d.all_total, (0)::bigint) AS all_total,
    d.first_day,
    d.sparkline,
        CASE
            WHEN (d.last_month > 0) THEN (rank() OVER (ORDER BY d.last_month DESC NULLS LAST))::integer
            ELSE NULL::integer
        END AS rank,
    s.health,
    s.health_confidence,
    s.momentum,
    s.week_over_week,
    COALESCE(s.enough_data, false) AS enough_data,
    COALESCE(s.maintenance, 'unknown'::text) AS maintenance,
    COALESCE(s.category, 'none'::text) AS category,
    COALESCE(s.python_support, 'unknown'::text) AS python_support,
    COALESCE(s.license_class, 'unknown'::text) AS license_class,
    COALESCE(s.cadence, 'unknown'::text) AS cadence,
    COALESCE(s.contributor_risk, 'unknown'::text) AS contributor_risk,
    s.engagement,
    COALESCE(s.insights, '{}'::text[]) AS insights,
    s.family,
    r.repository_id,
    r.full_name AS repository,
    p.repository_confidence,
    r.stars,
    r.forks,
    r.open_issues,
    r.topics,
    r.last_push,
    r.last_commit,
    r.archived,
    r.observed_at AS repository_observed_at,
    (COALESCE(dependents.count, (0)::bigint))::integer AS dependents,
        CASE
            WHEN f.malicious THEN 'malicious'::text
            WHEN f.quarantined THEN 'quarantined'::text
            WHEN f.lookalike THEN 'lookalike'::text
            WHEN f.vulnerable THEN 'vulnerable'::text
            WHEN (e.package_id IS NOT NULL) THEN 'clean'::text
            ELSE 'unknown'::text
        END AS security_status,
    f.worst_severity AS security_severity,
    COALESCE((f.malicious OR f.quarantined OR f.lookalike), false) AS flagged
   FROM (((((((public.packages p
     CROSS JOIN ( SELECT max(recent_downloads.collected) AS day
           FROM public.recent_downloads) newest)
     LEFT JOIN public.recent_downloads d USING (package_id))
     LEFT JOIN public.scores s USING (package_id))
     LEFT JOIN public.repositories r ON ((r.repository_id = p.repository_id)))
     LEFT JOIN public.package_security e USING (package_id))
     LEFT JOIN ( SELECT dependencies.requires,
            count(*) AS count
           FROM public.dependencies
          WHERE (NOT dependencies.extra)
          GROUP BY dependencies.requires) dependents ON ((dependents.requires = p.name)))
     LEFT JOIN ( SELECT findings.package_id,
            bool_or((findings.kind = 'malicious'::text)) AS malicious,
            bool_or((findings.kind = 'quarantined'::text)) AS quarantined,
            bool_or((findings.kind = 'lookalike'::text)) AS lookalike,
            bool_or((findings.kind = 'vulnerable'::text)) AS vulnerable,
            (array_agg(findings.severity ORDER BY (array_position(ARRAY['critical'::text, 'high'::text, 'medium'::text, 'low'::text, 'none'::text, 'unknown'::text], findings.severity))) FILTER (WHERE (findings.kind = 'vulnerable'::text)))[1] AS worst_severity
           FROM public.findings
          WHERE (findings.lifted IS NULL)
          GROUP BY findings.package_id) f USING (package_id))
  WITH NO DATA;

ALTER TABLE public.packages ALTER COLUMN package_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.packages_package_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.publication (
    only_row boolean DEFAULT true NOT NULL,
    generation bigint DEFAULT 0 NOT NULL,
    data_through date,
    published_at timestamp with time zone,
    definitions jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT publication_only_row_check CHECK (only_row)
);

CREATE TABLE public.repository_history (
    repository_id bigint NOT NULL,
    day date NOT NULL,
    stars integer NOT NULL,
    forks integer NOT NULL
);

CREATE TABLE public.run_batches (
    run_id text NOT NULL,
    subject text NOT NULL,
    seq integer NOT NULL,
    body bytea,
    sums jsonb
);
ALTER TABLE ONLY public.run_batches ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE TABLE public.run_plans (
    run_id text NOT NULL,
    planner text NOT NULL,
    batches integer NOT NULL
);

CREATE TABLE public.runs (
    run_id text NOT NULL,
    kind text NOT NULL,
    day date NOT NULL,
    first_day date,
    window_days integer NOT NULL,
    status text DEFAULT 'open'::text NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    deadline timestamp with time zone NOT NULL,
    expected integer,
    applied integer DEFAULT 0 NOT NULL,
    dead integer DEFAULT 0 NOT NULL,
    facts jsonb,
    released boolean DEFAULT false NOT NULL,
    reason text,
    counts jsonb DEFAULT '{}'::jsonb NOT NULL,
    missing text[] DEFAULT '{}'::text[] NOT NULL,
    missing_count integer DEFAULT 0 NOT NULL,
    completed_at timestamp with time zone,
    data_through date,
    generation bigint,
    CONSTRAINT runs_kind_check CHECK ((kind = ANY (ARRAY['downloads'::text, 'metadata'::text, 'security'::text, 'backfill'::text]))),
    CONSTRAINT runs_status_check CHECK ((status = ANY (ARRAY['open'::text, 'applied'::text, 'held'::text, 'complete'::text, 'partial'::text, 'cancelled'::text])))
);

CREATE TABLE public.score_history (
    package_id integer NOT NULL,
    week date NOT NULL,
    health real,
    momentum real,
    rules_version text NOT NULL
);

CREATE TABLE public.search_prefixes (
    prefix text NOT NULL,
    "position" smallint NOT NULL,
    package_id integer NOT NULL
);

CREATE TABLE public.search_words (
    kind text NOT NULL,
    word text NOT NULL,
    packages integer NOT NULL,
    package_ids integer[] NOT NULL,
    marks integer[] NOT NULL
);

CREATE TABLE public.source_days (
    day date NOT NULL,
    total bigint NOT NULL,
    mirrors bigint NOT NULL,
    source text NOT NULL,
    unknown_share real,
    run_id text NOT NULL
);

ALTER TABLE ONLY public.advisories
    ADD CONSTRAINT advisories_pkey PRIMARY KEY (advisory_id);

ALTER TABLE ONLY public.advisory_packages
    ADD CONSTRAINT advisory_packages_pkey PRIMARY KEY (advisory_id, name);

ALTER TABLE ONLY public.breakdown_month
    ADD CONSTRAINT breakdown_month_pkey PRIMARY KEY (package_id, label_id, month);

ALTER TABLE ONLY public.corrections
    ADD CONSTRAINT corrections_pkey PRIMARY KEY (day, run_id);

ALTER TABLE ONLY public.dead_letters
    ADD CONSTRAINT dead_letters_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dead_letters
    ADD CONSTRAINT dead_letters_stream_sequence_service_key UNIQUE (stream, sequence, service);

ALTER TABLE ONLY public.dependencies
    ADD CONSTRAINT dependencies_pkey PRIMARY KEY (package_id, requires);

ALTER TABLE ONLY public.download_totals
    ADD CONSTRAINT download_totals_pkey PRIMARY KEY (package_id);

ALTER TABLE ONLY public.downloads_month
    ADD CONSTRAINT downloads_month_pkey PRIMARY KEY (package_id, month);

ALTER TABLE ONLY public.ecosystem_breakdown
    ADD CONSTRAINT ecosystem_breakdown_pkey PRIMARY KEY (label_id, month);

ALTER TABLE ONLY public.findings
    ADD CONSTRAINT findings_pkey PRIMARY KEY (package_id, kind, id);

ALTER TABLE ONLY public.gates
    ADD CONSTRAINT gates_pkey PRIMARY KEY (run_id, gate);

ALTER TABLE ONLY public.label_shares
    ADD CONSTRAINT label_shares_pkey PRIMARY KEY (package_id, dimension);

ALTER TABLE ONLY public.labels
    ADD CONSTRAINT labels_dimension_label_key UNIQUE (dimension, label);

ALTER TABLE ONLY public.labels
    ADD CONSTRAINT labels_pkey PRIMARY KEY (label_id);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_msg_id_key UNIQUE (msg_id);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.package_security
    ADD CONSTRAINT package_security_pkey PRIMARY KEY (package_id);

ALTER TABLE ONLY public.packages
    ADD CONSTRAINT packages_name_key UNIQUE (name);

ALTER TABLE ONLY public.packages
    ADD CONSTRAINT packages_pkey PRIMARY KEY (package_id);

ALTER TABLE ONLY public.publication
    ADD CONSTRAINT publication_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY public.recent_downloads
    ADD CONSTRAINT recent_downloads_pkey PRIMARY KEY (package_id);

ALTER TABLE ONLY public.repositories
    ADD CONSTRAINT repositories_pkey PRIMARY KEY (repository_id);

ALTER TABLE ONLY public.repository_history
    ADD CONSTRAINT repository_history_pkey PRIMARY KEY (repository_id, day);

ALTER TABLE ONLY public.run_batches
    ADD CONSTRAINT run_batches_pkey PRIMARY KEY (run_id, subject, seq);

ALTER TABLE ONLY public.run_plans
    ADD CONSTRAINT run_plans_pkey PRIMARY KEY (run_id, planner);

ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_pkey PRIMARY KEY (run_id);

ALTER TABLE ONLY public.score_history
    ADD CONSTRAINT score_history_pkey PRIMARY KEY (package_id, week);

ALTER TABLE ONLY public.scores
    ADD CONSTRAINT scores_pkey PRIMARY KEY (package_id);

ALTER TABLE ONLY public.search_prefixes
    ADD CONSTRAINT search_prefixes_pkey PRIMARY KEY (prefix, "position");

ALTER TABLE ONLY public.search_words
    ADD CONSTRAINT search_words_pkey PRIMARY KEY (kind, word);

ALTER TABLE ONLY public.source_days
    ADD CONSTRAINT source_days_pkey PRIMARY KEY (day);

CREATE INDEX advisories_published ON public.advisories USING btree (published DESC NULLS LAST, advisory_id);

CREATE INDEX advisory_packages_name ON public.advisory_packages USING btree (name);

CREATE INDEX dependencies_requires_extra ON public.dependencies USING btree (requires, extra);

CREATE INDEX findings_open ON public.findings USING btree (package_id) WHERE (lifted IS NULL);

CREATE INDEX outbox_unpublished ON public.outbox USING btree (id) WHERE (published_at IS NULL);

CREATE INDEX package_list_category ON public.package_list USING btree (category, last_month DESC, name) WHERE (NOT flagged);

CREATE INDEX package_list_dependents ON public.package_list USING btree (dependents DESC, name) WHERE (NOT flagged);

CREATE INDEX package_list_downloads ON public.package_list USING btree (last_month DESC, name) WHERE (NOT flagged);

CREATE INDEX package_list_health ON public.package_list USING btree (health DESC NULLS LAST, name) WHERE (NOT flagged);

CREATE UNIQUE INDEX package_list_id ON public.package_list USING btree (package_id);

CREATE INDEX package_list_insights ON public.package_list USING gin (insights);

CREATE INDEX package_list_momentum ON public.package_list USING btree (momentum DESC NULLS LAST, name) WHERE (NOT flagged);

CREATE UNIQUE INDEX package_list_name ON public.package_list USING btree (name text_pattern_ops);

CREATE INDEX package_list_stars ON public.package_list USING btree (stars DESC NULLS LAST, name) WHERE (NOT flagged);

CREATE INDEX package_list_topics ON public.package_list USING gin (topics);

CREATE INDEX package_list_trigrams ON public.package_list USING gin (name public.gin_trgm_ops);

CREATE INDEX packages_repository ON public.packages USING btree (repository_id) WHERE (repository_id IS NOT NULL);

CREATE INDEX repositories_name ON public.repositories USING btree (lower(full_name));

CREATE INDEX runs_recent ON public.runs USING btree (kind, day DESC, requested_at DESC);

CREATE INDEX runs_unfinished ON public.runs USING btree (deadline) WHERE (status = ANY (ARRAY['open'::text, 'applied'::text, 'held'::text]));

ALTER TABLE ONLY public.advisory_packages
    ADD CONSTRAINT advisory_packages_advisory_id_fkey FOREIGN KEY (advisory_id) REFERENCES public.advisories(advisory_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.dependencies
    ADD CONSTRAINT dependencies_package_id_fkey FOREIGN KEY (package_id) REFERENCES public.packages(package_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.findings
    ADD CONSTRAINT findings_package_id_fkey FOREIGN KEY (package_id) REFERENCES public.packages(package_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.gates
    ADD CONSTRAINT gates_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.runs(run_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.package_security
    ADD CONSTRAINT package_security_package_id_fkey FOREIGN KEY (package_id) REFERENCES public.packages(package_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.run_batches
    ADD CONSTRAINT run_batches_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.runs(run_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.run_plans
    ADD CONSTRAINT run_plans_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.runs(run_id) ON DELETE CASCADE;
