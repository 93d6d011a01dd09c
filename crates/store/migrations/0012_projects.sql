-- Projects: what is told of each, what it said before, and the posts that tell how it goes.
--
-- `told` is the whole of what is told, as JSON; the other columns follow from it, to be found by. `begins` and `ends` are
-- the first and the last day that it names, `sign` its last sign of life: a day on which it was confirmed, a phase that
-- began, or a post about it.

CREATE TABLE projects (
    id {identity},
    slug TEXT NOT NULL UNIQUE,
    -- Its id in the list that it came from, else its own address, else its organisation and title.
    known_by TEXT NOT NULL UNIQUE,
    given_id TEXT,
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,
    organisation_id BIGINT REFERENCES organisations (id) ON DELETE SET NULL,
    organisation_key TEXT,
    phase TEXT CHECK (phase IN ('concept', 'discovery', 'alpha', 'beta', 'live', 'retired', 'stopped')),
    service TEXT,
    link_key TEXT,
    begins BIGINT,
    ends BIGINT,
    sign BIGINT NOT NULL,
    first_seen BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    told TEXT NOT NULL
);
CREATE INDEX projects_by_sign ON projects (sign, id);
CREATE INDEX projects_by_phase ON projects (phase, sign, id);
CREATE INDEX projects_by_organisation ON projects (organisation_id, sign, id);
CREATE INDEX projects_by_given_id ON projects (given_id) WHERE given_id IS NOT NULL;
CREATE INDEX projects_by_link ON projects (link_key) WHERE link_key IS NOT NULL;
CREATE INDEX projects_unplaced ON projects (organisation_key, id) WHERE organisation_id IS NULL;

-- What it offers and what it seeks.
CREATE TABLE project_offers (
    project_id BIGINT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    side TEXT NOT NULL CHECK (side IN ('offers', 'seeks')),
    offer TEXT NOT NULL CHECK (offer IN ('talk', 'share', 'join', 'fund')),
    PRIMARY KEY (side, offer, project_id)
);
CREATE INDEX project_offers_of_project ON project_offers (project_id);

-- Each time that it was told otherwise.
CREATE TABLE project_changes (
    project_id BIGINT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    differences TEXT NOT NULL
);
CREATE INDEX project_changes_in_order ON project_changes (project_id, at);

-- The posts that tell how it goes, and why that is known.
CREATE TABLE project_updates (
    project_id BIGINT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    post_id BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    why TEXT NOT NULL CHECK (why IN ('link', 'name')),
    PRIMARY KEY (project_id, post_id)
);
CREATE INDEX project_updates_of_post ON project_updates (post_id);

ALTER TABLE changes ADD COLUMN project_id BIGINT;
CREATE INDEX changes_of_projects ON changes (id) WHERE kind IN ('project-new', 'project-changed');
