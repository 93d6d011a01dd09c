-- Posts that may tell of a project, by what they are about: a question to an editor, whose answer lasts.

CREATE TABLE update_questions (
    id {identity},
    project_id BIGINT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    post_id BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    -- Why it is asked, in a sentence.
    reason TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'accepted', 'rejected')),
    asked BIGINT NOT NULL,
    settled BIGINT,
    UNIQUE (project_id, post_id)
);
CREATE INDEX update_questions_of_post ON update_questions (post_id);
CREATE INDEX update_questions_by_state ON update_questions (state, id);

-- What an editor accepted is an update like the others, with a reason of its own.
CREATE TABLE project_updates_told (
    project_id BIGINT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    post_id BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    why TEXT NOT NULL CHECK (why IN ('link', 'name', 'meaning')),
    PRIMARY KEY (project_id, post_id)
);
INSERT INTO project_updates_told (project_id, post_id, why) SELECT project_id, post_id, why FROM project_updates;
DROP TABLE project_updates;
ALTER TABLE project_updates_told RENAME TO project_updates;
CREATE INDEX project_updates_of_post ON project_updates (post_id);
