-- Running it: what keeps a desk in order.

-- Mail to our own people that is not on its way yet; one row per thing they are told, so that they
-- are told once. Slugs, numbers and advice: no personal data.
CREATE TABLE team_mail (
  id {id},
  kind TEXT NOT NULL CHECK (kind IN ('problem', 'finished')),
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  since BIGINT NOT NULL,
  told_at BIGINT
);
CREATE INDEX team_mail_untold ON team_mail (since) WHERE told_at IS NULL;

-- How far each machine's log file has copied the log.
CREATE TABLE log_file (
  host {key} PRIMARY KEY,
  last_entry_id BIGINT NOT NULL
);
