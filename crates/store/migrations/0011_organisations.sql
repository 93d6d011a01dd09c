-- Organisations: what a register tells of each, the names by which it is known again, and the sources that are theirs.
--
-- `told` is the whole of what was told, as JSON; the other columns follow from it, to be found by.

CREATE TABLE organisations (
    id {identity},
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL {bytewise},
    code TEXT UNIQUE,
    kind TEXT,
    nation TEXT,
    region TEXT,
    -- The host of its site, as people say it; none for what is no more.
    host TEXT,
    is_current BIGINT NOT NULL CHECK (is_current IN (0, 1)),
    told TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX organisations_by_name ON organisations (name_key, id);
CREATE INDEX organisations_by_host ON organisations (host) WHERE host IS NOT NULL;

CREATE TABLE organisation_names (
    organisation_id BIGINT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    whole TEXT NOT NULL,
    bare TEXT NOT NULL,
    PRIMARY KEY (organisation_id, whole)
);
CREATE INDEX organisation_names_whole ON organisation_names (whole);
CREATE INDEX organisation_names_bare ON organisation_names (bare);

-- Whose a source is: by its web domain, until an editor says so. An editor's word that it is nobody's has no organisation.
CREATE TABLE source_organisations (
    source_id BIGINT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    organisation_id BIGINT REFERENCES organisations (id) ON DELETE CASCADE,
    said_by TEXT NOT NULL CHECK (said_by IN ('domain', 'editor'))
);
CREATE INDEX source_organisations_of_source ON source_organisations (source_id, organisation_id);
CREATE INDEX source_organisations_of_organisation ON source_organisations (organisation_id, source_id);
