-- The river: sources and how they answer, their groups, the posts as they came and as they are shown, who wrote them,
-- what authors asked of us, and what has changed since when.
--
-- Two words differ between the engines and are put in at the start, in braces: the identity column, a number that the
-- database gives and never gives again, and the type of bytes. Times are milliseconds since 1970, structured values JSON.

CREATE TABLE sources (
    id {identity},
    slug TEXT NOT NULL UNIQUE,
    address TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('feed', 'site')),
    state TEXT NOT NULL CHECK (state IN ('active', 'paused', 'gone', 'hidden', 'left', 'removed')),
    state_since BIGINT NOT NULL,
    state_reason TEXT,
    added BIGINT NOT NULL,
    -- What the feed and the list say, what we make of it, and what an editor or the owner set: the last wins.
    claimed_title TEXT,
    listed_name TEXT,
    said_name TEXT NOT NULL,
    set_name TEXT,
    site TEXT,
    set_site TEXT,
    about TEXT,
    set_about TEXT,
    language TEXT,
    set_language TEXT,
    licence TEXT,
    set_licence TEXT,
    show_set TEXT CHECK (show_set IN ('full', 'excerpt')),
    listed_attributes TEXT NOT NULL,
    -- The state of polling.
    etag TEXT,
    last_modified TEXT,
    validators_for TEXT,
    body_hash TEXT,
    next_poll BIGINT NOT NULL,
    leased_until BIGINT,
    leased_by TEXT,
    last_polled BIGINT,
    last_answer TEXT,
    last_status BIGINT,
    last_message TEXT,
    last_ok BIGINT,
    last_new BIGINT,
    failing_since BIGINT,
    failures BIGINT NOT NULL DEFAULT 0,
    moved_to TEXT,
    moved_since BIGINT,
    wish_until BIGINT,
    wish_reason TEXT,
    asked TEXT
);
CREATE INDEX sources_due ON sources (next_poll) WHERE state = 'active';
CREATE INDEX sources_leased ON sources (leased_until) WHERE leased_until IS NOT NULL;
CREATE INDEX sources_left ON sources (id) WHERE state = 'left';

CREATE TABLE groups (
    id {identity},
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    parent BIGINT REFERENCES groups (id),
    position BIGINT NOT NULL
);

CREATE TABLE group_sources (
    group_id BIGINT NOT NULL REFERENCES groups (id),
    source_id BIGINT NOT NULL REFERENCES sources (id),
    position BIGINT NOT NULL,
    PRIMARY KEY (group_id, source_id)
);
CREATE INDEX group_sources_by_source ON group_sources (source_id);

CREATE TABLE posts (
    id {identity},
    source_id BIGINT NOT NULL REFERENCES sources (id),
    -- The strongest key there is, so that the database itself keeps a post from being stored twice.
    known_by TEXT NOT NULL,
    id_key TEXT,
    link_key TEXT,
    text_key TEXT,
    title_key TEXT,
    body_key TEXT NOT NULL,
    first_seen BIGINT NOT NULL,
    -- Where it stands in the river: set once, never changed.
    place BIGINT NOT NULL CHECK (place <= first_seen),
    last_seen BIGINT NOT NULL,
    revised_at BIGINT NOT NULL,
    revision BIGINT NOT NULL DEFAULT 1,
    state TEXT NOT NULL DEFAULT 'shown' CHECK (state IN ('shown', 'hidden', 'left')),
    state_since BIGINT NOT NULL,
    state_reason TEXT,
    -- The post elsewhere that says the same; and whether this one is what the river shows of them all.
    same_as BIGINT REFERENCES posts (id),
    in_river BIGINT NOT NULL CHECK (in_river IN (0, 1)),
    claimed_at BIGINT,
    updated_at BIGINT,
    words BIGINT NOT NULL,
    claimed_language TEXT,
    language TEXT,
    primary_language TEXT,
    claimed_id TEXT,
    claimed_date TEXT,
    link TEXT,
    licence TEXT,
    author_line TEXT,
    title TEXT NOT NULL,
    excerpt TEXT NOT NULL,
    picture TEXT,
    UNIQUE (source_id, known_by)
);
-- Each holds all that a filter asks, so that no row is read before it is known to be wanted.
CREATE INDEX posts_river ON posts (place DESC, id DESC, source_id, primary_language) WHERE in_river = 1;
CREATE INDEX posts_of_source ON posts (source_id, place DESC, id DESC, primary_language) WHERE in_river = 1;
CREATE INDEX posts_in_language ON posts (primary_language, place DESC, id DESC, source_id) WHERE in_river = 1;
CREATE INDEX posts_by_link ON posts (link_key) WHERE link_key IS NOT NULL;
CREATE INDEX posts_by_text ON posts (text_key) WHERE text_key IS NOT NULL;
CREATE INDEX posts_by_title ON posts (title_key) WHERE title_key IS NOT NULL;
CREATE INDEX posts_same ON posts (same_as) WHERE same_as IS NOT NULL;

CREATE TABLE post_bodies (
    post_id BIGINT PRIMARY KEY REFERENCES posts (id),
    claimed {bytes} NOT NULL,
    claimed_kind TEXT NOT NULL CHECK (claimed_kind IN ('plain', 'html', 'xhtml')),
    base TEXT,
    -- Nothing where the cleaned text is the claimed one.
    cleaned {bytes},
    cleaner_version BIGINT NOT NULL
);

CREATE TABLE revisions (
    id {identity},
    post_id BIGINT NOT NULL REFERENCES posts (id),
    number BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    title TEXT NOT NULL,
    claimed {bytes} NOT NULL,
    UNIQUE (post_id, number)
);

CREATE TABLE authors (
    id {identity},
    slug TEXT NOT NULL UNIQUE,
    source_id BIGINT NOT NULL REFERENCES sources (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    address TEXT,
    UNIQUE (source_id, name_key)
);
CREATE INDEX authors_named ON authors (name_key);

CREATE TABLE post_authors (
    post_id BIGINT NOT NULL REFERENCES posts (id),
    author_id BIGINT NOT NULL REFERENCES authors (id),
    position BIGINT NOT NULL,
    PRIMARY KEY (post_id, author_id)
);
CREATE INDEX post_authors_by_author ON post_authors (author_id, post_id);

CREATE TABLE requests (
    id {identity},
    token TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('correct', 'take-out')),
    source_id BIGINT NOT NULL REFERENCES sources (id),
    post_id BIGINT REFERENCES posts (id),
    wishes TEXT NOT NULL,
    message TEXT,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'in-force', 'proved', 'undone', 'done')),
    made BIGINT NOT NULL,
    asker TEXT NOT NULL,
    proof_line TEXT NOT NULL,
    proof_due BIGINT,
    proof_checked BIGINT,
    proof_found_at BIGINT,
    settled BIGINT,
    -- What it changed, as it was before.
    before TEXT
);
CREATE INDEX requests_by_source ON requests (source_id);
CREATE INDEX requests_by_asker ON requests (asker, made);
CREATE INDEX requests_made ON requests (made);
CREATE INDEX requests_due ON requests (proof_due) WHERE proof_due IS NOT NULL;

CREATE TABLE changes (
    id {identity},
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    source_id BIGINT,
    post_id BIGINT
);

CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
-- Whoever appends to `changes` takes this row first, so that their numbers grow in the order of their commits.
INSERT INTO settings (key, value) VALUES ('changes', '');
