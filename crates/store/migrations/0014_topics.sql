-- What an editor says of the topics of a post or a project. What the machine suggests is kept nowhere: it follows from the text.
--
-- `says` is 1 where it is about the topic, and 0 where it is not; `topic` the word that the topic's address has.

CREATE TABLE post_topics (
    post_id BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    topic TEXT NOT NULL,
    says BIGINT NOT NULL CHECK (says IN (0, 1)),
    at BIGINT NOT NULL,
    PRIMARY KEY (post_id, topic)
);
CREATE INDEX post_topics_by_topic ON post_topics (topic, at);

CREATE TABLE project_topics (
    project_id BIGINT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    topic TEXT NOT NULL,
    says BIGINT NOT NULL CHECK (says IN (0, 1)),
    at BIGINT NOT NULL,
    PRIMARY KEY (project_id, topic)
);
CREATE INDEX project_topics_by_topic ON project_topics (topic, at);
