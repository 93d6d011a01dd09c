-- When a source publishes, as far as we have seen, for deciding when to look next.

ALTER TABLE sources ADD COLUMN rhythm {bytes};
