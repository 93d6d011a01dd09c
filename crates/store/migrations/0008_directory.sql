-- The directory of sources: found and paged by name, by host and by health, however many there are, and groups in the
-- order of their lists. `name_key` and `site_host` follow from the name, the site and the address that are shown; where
-- they are missing, an earlier release wrote the row, and they are filled in at the next start.
--
-- {bytewise} is the order of bytes, which both engines have and which no setting of the server changes.

ALTER TABLE sources ADD COLUMN name_key TEXT {bytewise};
ALTER TABLE sources ADD COLUMN site_host TEXT;
CREATE INDEX sources_by_name ON sources (name_key, id) WHERE state IN ('active', 'paused', 'gone');
CREATE INDEX sources_by_site_host ON sources (site_host, id);
CREATE INDEX sources_troubled ON sources (id) WHERE state = 'active' AND last_answer NOT IN ('new', 'unchanged');
CREATE INDEX sources_unnamed ON sources (id) WHERE name_key IS NULL;
CREATE INDEX group_sources_in_order ON group_sources (group_id, position, source_id);
CREATE INDEX changes_of_sources ON changes (id)
    WHERE kind IN ('source-added', 'source-changed', 'groups', 'request');
