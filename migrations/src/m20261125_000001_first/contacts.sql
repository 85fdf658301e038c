-- Contacts: merges, pairs that are no duplicates, and what an import leaves to be taken back.

-- Which contacts that were there already an import was about, and what it said of them, so that
-- undoing another import leaves that alone: a bit per field, and ` l5 a17 ` for label 5 and
-- further address 17. Numbers only: nothing personal.
CREATE TABLE import_met (
  import_id BIGINT NOT NULL REFERENCES import (id),
  contact_id BIGINT NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
  line BIGINT NOT NULL,
  fields BIGINT NOT NULL,
  said TEXT NOT NULL DEFAULT ' ',
  PRIMARY KEY (import_id, contact_id)
);
CREATE INDEX import_met_contact ON import_met (contact_id);
