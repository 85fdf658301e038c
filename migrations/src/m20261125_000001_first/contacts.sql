-- Contacts: merges, pairs that are no duplicates, and what an import leaves to be taken back.

-- What filters ask for. Only contacts that are listed stand in them, so that a page of ids and a
-- count are read from the index alone.
CREATE INDEX contact_country ON contact (country) WHERE erased_at IS NULL AND merged_into_id IS NULL;
CREATE INDEX contact_kind ON contact (kind) WHERE erased_at IS NULL AND merged_into_id IS NULL;
CREATE INDEX contact_language ON contact (language) WHERE erased_at IS NULL AND merged_into_id IS NULL;
CREATE INDEX contact_domain ON contact (domain) WHERE erased_at IS NULL AND merged_into_id IS NULL;
CREATE INDEX contact_created ON contact (created_at) WHERE erased_at IS NULL AND merged_into_id IS NULL;
CREATE INDEX contact_status ON contact (status) WHERE status <> 'active' AND erased_at IS NULL AND merged_into_id IS NULL;
CREATE INDEX contact_merged ON contact (merged_into_id) WHERE merged_into_id IS NOT NULL;
