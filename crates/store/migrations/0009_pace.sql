-- How long is to lie between two looks at a source, in milliseconds, where an editor has set it. It wins over what we
-- learn of its rhythm, and lasts.

ALTER TABLE sources ADD COLUMN set_pace BIGINT;
