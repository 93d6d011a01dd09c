-- What left for good is found again by its link, text or title, so that no other source brings it back; and a long list
-- is taken in without reading all groups, or all members of a group, for each of its sources.

-- The posts of a source that left have left with it.
UPDATE posts SET state = 'left',
    state_since = (SELECT s.state_since FROM sources s WHERE s.id = posts.source_id),
    state_reason = (SELECT s.state_reason FROM sources s WHERE s.id = posts.source_id)
WHERE state <> 'left' AND source_id IN (SELECT id FROM sources WHERE state = 'left');

CREATE INDEX posts_left_by_link ON posts (link_key) WHERE state = 'left' AND link_key IS NOT NULL;
CREATE INDEX posts_left_by_text ON posts (text_key) WHERE state = 'left' AND text_key IS NOT NULL;
CREATE INDEX posts_left_by_title ON posts (title_key) WHERE state = 'left' AND title_key IS NOT NULL;

CREATE INDEX groups_named ON groups (name);
CREATE INDEX groups_in_order ON groups (position);
