-- Hubs that tell us when a source has something new (WebSub): which hub each source names, our subscriptions there, and
-- what hubs have delivered until it is taken in.

-- The hub and the topic that the source names, as JSON; and until when the hub has promised to tell us.
ALTER TABLE sources ADD COLUMN hub TEXT;
ALTER TABLE sources ADD COLUMN told_until BIGINT;

CREATE TABLE subscriptions (
    id {identity},
    source_id BIGINT NOT NULL REFERENCES sources (id),
    hub TEXT NOT NULL,
    topic TEXT NOT NULL,
    stage TEXT NOT NULL
        CHECK (stage IN ('wanted', 'asked', 'live', 'renewing', 'leaving', 'parting')),
    due BIGINT NOT NULL,
    live_until BIGINT,
    failures BIGINT NOT NULL,
    -- Counts the steps, so that of two processes that take the same step one finds it taken.
    step BIGINT NOT NULL,
    -- Our address for the hub ends in the token; what it sends is signed with the secret. Made when it is first asked.
    token TEXT UNIQUE,
    secret TEXT,
    -- What the hub said when it last refused.
    message TEXT
);
CREATE INDEX subscriptions_due ON subscriptions (due);
CREATE INDEX subscriptions_by_source ON subscriptions (source_id);

CREATE TABLE deliveries (
    id {identity},
    subscription_id BIGINT NOT NULL REFERENCES subscriptions (id),
    received BIGINT NOT NULL,
    content_type TEXT,
    -- The Link headers, a line each.
    links TEXT NOT NULL,
    body {bytes} NOT NULL
);
CREATE INDEX deliveries_by_subscription ON deliveries (subscription_id);

-- Those of our own feeds that the hub which they name is still to be told about; and whether they changed again since
-- they were taken to be told about.
CREATE TABLE pings (
    topic TEXT PRIMARY KEY,
    due BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    again BIGINT NOT NULL
);
CREATE INDEX pings_due ON pings (due);
