-- Contacts: merges, pairs that are no duplicates, and what an import leaves to be taken back.
-- What older keys made, and what was lifted: both are asked for by themselves.
CREATE INDEX suppression_key ON suppression (key_id) WHERE lifted_at IS NULL;
CREATE INDEX suppression_lifted ON suppression (hash) WHERE lifted_at IS NOT NULL;

-- Who was merged into whom. What moved is kept as numbers of rows: no personal data.
CREATE TABLE contact_merge (
  id {id},
  kept_id BIGINT NOT NULL REFERENCES contact (id),
  merged_id BIGINT NOT NULL REFERENCES contact (id),
  moved TEXT NOT NULL DEFAULT '{}',
  by TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX contact_merge_kept ON contact_merge (kept_id);

-- A person's word that two contacts are two people; the smaller number stands first.
CREATE TABLE not_duplicate (
  one_id BIGINT NOT NULL REFERENCES contact (id),
  other_id BIGINT NOT NULL REFERENCES contact (id),
  by TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (one_id, other_id),
  CHECK (one_id < other_id)
);

-- Pairs of contacts of whom a file said that an address is both of theirs: it stayed with one.
CREATE TABLE shared_address (
  one_id BIGINT NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
  other_id BIGINT NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
  PRIMARY KEY (one_id, other_id),
  CHECK (one_id < other_id)
);

-- What filters ask for. Only contacts that are listed stand in them, so that a page of ids and a
-- count are read from the index alone.
CREATE INDEX contact_country ON contact (country) WHERE erased_at IS NULL AND merged_into_id IS NULL;
CREATE INDEX contact_kind ON contact (kind) WHERE erased_at IS NULL AND merged_into_id IS NULL;
CREATE INDEX contact_language ON contact (language) WHERE erased_at IS NULL AND merged_into_id IS NULL;
CREATE INDEX contact_domain ON contact (domain) WHERE erased_at IS NULL AND merged_into_id IS NULL;
CREATE INDEX contact_created ON contact (created_at) WHERE erased_at IS NULL AND merged_into_id IS NULL;
CREATE INDEX contact_status ON contact (status) WHERE status <> 'active' AND erased_at IS NULL AND merged_into_id IS NULL;

-- Which contacts that were there already an import was about, and what it said of them, so that
-- undoing another import leaves that alone: a bit per field, and ` l5 a17 m3 ` for label 5,
-- further address 17 and media list 3. Numbers only: nothing personal.
CREATE TABLE import_met (
  import_id BIGINT NOT NULL REFERENCES import (id),
  contact_id BIGINT NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
  line BIGINT NOT NULL,
  fields BIGINT NOT NULL,
  said TEXT NOT NULL DEFAULT ' ',
  PRIMARY KEY (import_id, contact_id)
){by_key};
CREATE INDEX import_met_contact ON import_met (contact_id);
