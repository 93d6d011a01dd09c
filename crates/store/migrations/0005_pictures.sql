-- The pictures that posts and sources show, kept here: a reader's browser asks nobody else for them. They are kept in the
-- database so that every process of a site can show them, and a backup holds them.

CREATE TABLE picture_files (
    -- Of the bytes, so that one picture at many addresses is kept once.
    hash TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('png', 'jpeg', 'gif', 'webp', 'ico')),
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    -- When somebody was last seen looking at it, to the week.
    used BIGINT NOT NULL
);
-- Holds all that making room asks for.
CREATE INDEX picture_files_used ON picture_files (used, bytes);

-- Apart from the rest, which is written again and again.
CREATE TABLE picture_bodies (
    hash TEXT PRIMARY KEY REFERENCES picture_files (hash),
    body {bytes} NOT NULL
);

CREATE TABLE pictures (
    id {identity},
    address TEXT NOT NULL UNIQUE,
    -- When it is to be fetched; nothing once it is here or has been given up.
    due BIGINT,
    tries BIGINT NOT NULL DEFAULT 0,
    hash TEXT REFERENCES picture_files (hash),
    -- Why there is none.
    message TEXT
);
CREATE INDEX pictures_due ON pictures (due) WHERE due IS NOT NULL;
CREATE INDEX pictures_by_hash ON pictures (hash) WHERE hash IS NOT NULL;

CREATE TABLE post_pictures (
    post_id BIGINT NOT NULL REFERENCES posts (id),
    picture_id BIGINT NOT NULL REFERENCES pictures (id),
    PRIMARY KEY (post_id, picture_id)
);
CREATE INDEX post_pictures_by_picture ON post_pictures (picture_id);

-- How many bytes were fetched on which day.
CREATE TABLE picture_days (
    day BIGINT PRIMARY KEY,
    bytes BIGINT NOT NULL
);

-- Whether it has been looked which pictures a post shows. What is stored or changed is 0 again, in the same transaction.
ALTER TABLE posts ADD COLUMN pictured BIGINT NOT NULL DEFAULT 0;
CREATE INDEX posts_unpictured ON posts (id) WHERE pictured = 0;

-- The icon that the feed names, the one that is kept, and when it is looked for again.
ALTER TABLE sources ADD COLUMN claimed_icon TEXT;
ALTER TABLE sources ADD COLUMN icon TEXT;
ALTER TABLE sources ADD COLUMN icon_due BIGINT NOT NULL DEFAULT 0;
CREATE INDEX sources_icon_due ON sources (icon_due) WHERE state = 'active' AND last_ok IS NOT NULL;
CREATE INDEX sources_by_icon ON sources (icon) WHERE icon IS NOT NULL;
