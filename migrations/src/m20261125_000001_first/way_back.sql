-- The way back: bounces, complaints, replies, and how far each mailbox was read.

-- How far a folder of a mailbox was read; place is account, server and folder.
CREATE TABLE mailbox_cursor (
  place {key} PRIMARY KEY,
  validity BIGINT NOT NULL,
  uid BIGINT NOT NULL,
  at BIGINT NOT NULL
);

-- What journalists answered; subject and text are forgotten after [privacy] keep_message_text_days.
CREATE TABLE reply (
  id {id},
  delivery_id BIGINT NOT NULL REFERENCES delivery (id),
  at BIGINT NOT NULL,
  is_yes BOOLEAN NOT NULL,
  subject TEXT,
  text TEXT
);
CREATE INDEX reply_delivery ON reply (delivery_id);
CREATE INDEX reply_text ON reply (at) WHERE text IS NOT NULL;

-- One row per mail that was read, so that the same one counts once, whichever way it comes.
CREATE TABLE inbound_message (
  id {id},
  hash {key} NOT NULL UNIQUE,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('bounce', 'complaint', 'auto-reply', 'opt-out', 'reply', 'other')),
  source TEXT NOT NULL CHECK (source IN ('file', 'pipe', 'imap')),
  delivery_id BIGINT REFERENCES delivery (id),
  contact_id BIGINT REFERENCES contact (id),
  hint TEXT
);
CREATE INDEX inbound_message_contact ON inbound_message (contact_id);
CREATE INDEX inbound_message_delivery ON inbound_message (delivery_id);

-- One row per recipient that a report names. Without a delivery it could not be tied to anything
-- we sent, and changed nothing; whom it named is not kept.
CREATE TABLE bounce (
  id {id},
  inbound_id BIGINT NOT NULL REFERENCES inbound_message (id),
  delivery_id BIGINT REFERENCES delivery (id),
  contact_id BIGINT REFERENCES contact (id),
  tied_by TEXT CHECK (tied_by IN ('token', 'message-id', 'recipient')),
  class TEXT NOT NULL CHECK (class IN ('hard', 'soft')),
  reason TEXT NOT NULL,
  status TEXT,
  diagnostic TEXT,
  -- False for warnings of delay, for what is our own fault, and for a second report.
  counts BOOLEAN NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX bounce_contact ON bounce (contact_id, at);
CREATE INDEX bounce_delivery ON bounce (delivery_id);
CREATE INDEX bounce_words ON bounce (at) WHERE diagnostic IS NOT NULL;
