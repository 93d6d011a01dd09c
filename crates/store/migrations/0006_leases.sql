-- Leases at the size of a million sources: what is due and free stands at the front of an index, and so do the hosts
-- that somebody is asking. `host` is the host and the port of the address; where it is missing, an earlier release wrote
-- the row, and it is filled in at the next start.

ALTER TABLE sources ADD COLUMN host TEXT;
CREATE INDEX sources_free ON sources (next_poll) WHERE state = 'active' AND leased_until IS NULL;
CREATE INDEX sources_held ON sources (host) WHERE leased_until IS NOT NULL;
CREATE INDEX sources_hostless ON sources (id) WHERE host IS NULL;
DROP INDEX sources_due;
