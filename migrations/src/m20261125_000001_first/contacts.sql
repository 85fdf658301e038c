-- Contacts: merges, pairs that are no duplicates, and what an import leaves to be taken back.
CREATE INDEX contact_merged ON contact (merged_into_id) WHERE merged_into_id IS NOT NULL;
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
