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
