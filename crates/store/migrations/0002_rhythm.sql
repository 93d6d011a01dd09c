-- When a source publishes, as far as we have seen, for deciding when to look next; and in words why we look then.

ALTER TABLE sources ADD COLUMN rhythm {bytes};
ALTER TABLE sources ADD COLUMN next_why TEXT;
