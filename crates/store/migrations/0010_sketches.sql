-- What the words of the newest posts come to, so that the same article under another title or with a few words changed is
-- found: a row for all posts that one transaction brought or revised, two hundred bytes each. The numbers grow in the order of
-- the commits. Posts from before have none, and are the same as others by their keys alone.

CREATE TABLE sketches (
    id {identity},
    packed {bytes} NOT NULL
);
