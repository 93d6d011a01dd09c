-- What a source went through: where it was polled before, how its answers changed, and why it is asked when it is. And
-- the hosts that asked us to wait with everything that is on them.

-- Why the next look is when it is, in words.
ALTER TABLE sources ADD COLUMN next_reason TEXT;
-- How large its document was when it was last read.
ALTER TABLE sources ADD COLUMN document_bytes BIGINT;
-- When an editor last said that whatever its address gives is its own.
ALTER TABLE sources ADD COLUMN accepted BIGINT;

CREATE TABLE source_moves (
    id {identity},
    source_id BIGINT NOT NULL REFERENCES sources (id),
    at BIGINT NOT NULL,
    left_address TEXT NOT NULL,
    new_address TEXT NOT NULL,
    why TEXT NOT NULL CHECK (why IN ('redirect', 'page', 'editor'))
);
CREATE INDEX source_moves_of ON source_moves (source_id, id);
CREATE INDEX source_moves_from ON source_moves (left_address);

-- One row each time that a source begins to answer in another way; the last few of each source are kept.
CREATE TABLE source_turns (
    id {identity},
    source_id BIGINT NOT NULL REFERENCES sources (id),
    at BIGINT NOT NULL,
    answer TEXT NOT NULL,
    status BIGINT,
    message TEXT
);
CREATE INDEX source_turns_of ON source_turns (source_id, id);

CREATE TABLE host_waits (
    host TEXT PRIMARY KEY,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL
);
