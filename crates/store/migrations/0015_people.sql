-- Who signs in several sources: the same name alone proves nothing, the same page or mail address beside it does.

-- The key of the author's own page, and of the mail address, which itself is not kept.
ALTER TABLE authors ADD COLUMN address_key TEXT;
ALTER TABLE authors ADD COLUMN mail_key TEXT;
CREATE INDEX authors_at ON authors (address_key) WHERE address_key IS NOT NULL;
CREATE INDEX authors_by_mail ON authors (mail_key) WHERE mail_key IS NOT NULL;
