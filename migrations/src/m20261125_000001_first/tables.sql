-- The first tables. {id}, {bytes}, {key} and {by_key} stand for what the two databases write differently:
-- the growing primary key, raw bytes, text that is compared bytewise, and rows kept in their key's order.
-- Instants are UTC milliseconds, civil times and zones text, enumerations text with their full list.

CREATE TABLE desk (
  id BIGINT PRIMARY KEY CHECK (id = 1),
  instance TEXT NOT NULL,
  place_fingerprint TEXT NOT NULL,
  key_fingerprint TEXT NOT NULL,
  tzdata TEXT NOT NULL,
  change_seq BIGINT NOT NULL DEFAULT 0,
  stopped_at BIGINT,
  stopped_by TEXT,
  stopped_reason TEXT,
  last_run_at BIGINT
);

CREATE TABLE outlet (
  id {id},
  name TEXT NOT NULL,
  name_key {key} NOT NULL,
  country {key} NOT NULL DEFAULT '',
  domain {key},
  sanction_until BIGINT,
  sanction_reason TEXT,
  merged_into_id BIGINT REFERENCES outlet (id),
  UNIQUE (name_key, country)
);

CREATE TABLE import (
  id {id},
  state TEXT NOT NULL CHECK (state IN ('running', 'done', 'interrupted', 'undone')),
  by TEXT NOT NULL,
  source TEXT NOT NULL,
  legal_basis TEXT NOT NULL DEFAULT '',
  file TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  format TEXT NOT NULL,
  encoding TEXT NOT NULL,
  delimiter TEXT NOT NULL,
  header_key TEXT NOT NULL,
  mapping TEXT NOT NULL,
  counts TEXT NOT NULL DEFAULT '{}',
  at BIGINT NOT NULL,
  undone_at BIGINT,
  jurisdiction TEXT NOT NULL DEFAULT '',
  -- The list it filled, and whether it took everybody else off.
  list_id BIGINT,
  replaces BOOLEAN NOT NULL DEFAULT FALSE,
  -- What was said with --map, as JSON; the next file with this header is read alike.
  said_map TEXT NOT NULL DEFAULT '[]'
);
CREATE INDEX import_header ON import (header_key);

CREATE TABLE contact (
  id {id},
  email TEXT,
  email_key {key} UNIQUE,
  address_hash {key},
  domain {key},
  domain_hash {key},
  name TEXT NOT NULL DEFAULT '',
  given_name TEXT NOT NULL DEFAULT '',
  family_name TEXT NOT NULL DEFAULT '',
  outlet_id BIGINT REFERENCES outlet (id) ON DELETE SET NULL,
  title TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL DEFAULT 'unknown' CHECK (kind IN ('media', 'freelance', 'broadcaster', 'agency', 'blogger', 'analyst', 'investor', 'partner', 'public-affairs', 'internal', 'unknown')),
  country TEXT NOT NULL DEFAULT '',
  language {key} NOT NULL DEFAULT '',
  time_zone TEXT NOT NULL DEFAULT '',
  phone TEXT NOT NULL DEFAULT '',
  notes TEXT NOT NULL DEFAULT '',
  attachments TEXT NOT NULL DEFAULT 'ok' CHECK (attachments IN ('none', 'links', 'ok')),
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'bounced', 'archived')),
  source TEXT NOT NULL DEFAULT '',
  legal_basis TEXT NOT NULL DEFAULT '',
  consent_at BIGINT,
  jurisdiction TEXT NOT NULL DEFAULT '',
  origin_import_id BIGINT REFERENCES import (id),
  origin_line BIGINT,
  merged_into_id BIGINT REFERENCES contact (id),
  erased_at BIGINT,
  -- Archived by the undo of their import: the status they had. The next import brings them back;
  -- it never brings back whom a person archived.
  undone_status TEXT CHECK (undone_status IN ('active', 'bounced')),
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX contact_outlet ON contact (outlet_id);
CREATE INDEX contact_hash ON contact (address_hash);
CREATE INDEX contact_merged ON contact (merged_into_id) WHERE merged_into_id IS NOT NULL;

CREATE TABLE contact_address (
  id {id},
  contact_id BIGINT NOT NULL REFERENCES contact (id),
  email TEXT NOT NULL,
  email_key {key} NOT NULL UNIQUE,
  address_hash {key} NOT NULL,
  domain_hash {key} NOT NULL,
  import_id BIGINT REFERENCES import (id)
);
CREATE INDEX contact_address_contact ON contact_address (contact_id);
CREATE INDEX contact_address_hash ON contact_address (address_hash);

CREATE TABLE label (
  id {id},
  kind TEXT NOT NULL CHECK (kind IN ('beat', 'tag')),
  name TEXT NOT NULL,
  name_key {key} NOT NULL,
  UNIQUE (kind, name_key)
);
CREATE TABLE contact_label (
  label_id BIGINT NOT NULL REFERENCES label (id),
  contact_id BIGINT NOT NULL REFERENCES contact (id),
  -- Which import gave it; a person's word has none.
  import_id BIGINT REFERENCES import (id),
  PRIMARY KEY (label_id, contact_id)
){by_key};
CREATE INDEX contact_label_contact ON contact_label (contact_id);

CREATE TABLE organization (
  id {id},
  slug {key} NOT NULL UNIQUE,
  name TEXT NOT NULL,
  aliases TEXT NOT NULL DEFAULT '[]',
  listed BOOLEAN NOT NULL DEFAULT FALSE,
  tickers TEXT NOT NULL DEFAULT '[]',
  links TEXT NOT NULL DEFAULT '[]',
  from_header TEXT,
  reply_to TEXT,
  postal_address TEXT,
  language TEXT,
  time_zone TEXT
);

CREATE TABLE media_list (
  id {id},
  slug {key} NOT NULL UNIQUE,
  name TEXT NOT NULL,
  organization_id BIGINT REFERENCES organization (id),
  filter TEXT,
  per_outlet BIGINT CHECK (per_outlet > 0),
  -- Nobody who got a mail within so many days.
  rest_days BIGINT CHECK (rest_days > 0)
);
CREATE TABLE media_list_member (
  list_id BIGINT NOT NULL REFERENCES media_list (id),
  contact_id BIGINT NOT NULL REFERENCES contact (id),
  import_id BIGINT REFERENCES import (id),
  PRIMARY KEY (list_id, contact_id)
){by_key};
CREATE INDEX media_list_member_contact ON media_list_member (contact_id);
CREATE TABLE media_list_exclude (
  list_id BIGINT NOT NULL REFERENCES media_list (id),
  excluded_id BIGINT NOT NULL REFERENCES media_list (id),
  PRIMARY KEY (list_id, excluded_id)
);

CREATE TABLE boilerplate (
  id {id},
  slug {key} NOT NULL UNIQUE,
  organization_id BIGINT REFERENCES organization (id),
  title TEXT NOT NULL
);
CREATE TABLE boilerplate_version (
  id {id},
  boilerplate_id BIGINT NOT NULL REFERENCES boilerplate (id),
  language TEXT NOT NULL,
  number BIGINT NOT NULL,
  body TEXT NOT NULL,
  hash TEXT NOT NULL,
  valid_from TEXT,
  valid_until TEXT,
  reviewed_at BIGINT,
  by TEXT NOT NULL,
  at BIGINT NOT NULL,
  UNIQUE (boilerplate_id, language, number)
);

CREATE TABLE press_contact (
  id {id},
  slug {key} NOT NULL UNIQUE,
  organization_id BIGINT REFERENCES organization (id),
  name TEXT NOT NULL,
  role TEXT NOT NULL DEFAULT '',
  phone TEXT NOT NULL DEFAULT '',
  email TEXT NOT NULL DEFAULT '',
  language TEXT NOT NULL DEFAULT '',
  archived_at BIGINT
);

CREATE TABLE release (
  id {id},
  slug {key} NOT NULL UNIQUE,
  public_id TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL CHECK (status IN ('draft', 'approved', 'scheduled', 'distributed', 'corrected', 'killed')),
  material BOOLEAN NOT NULL DEFAULT FALSE,
  current_version_id BIGINT,
  created_at BIGINT NOT NULL,
  -- Since when nothing new of it may be scheduled; a person lets it go on.
  held_at BIGINT
);
CREATE TABLE embargo (
  id {id},
  release_id BIGINT NOT NULL REFERENCES release (id),
  seq BIGINT NOT NULL,
  act TEXT NOT NULL CHECK (act IN ('set', 'move', 'lift', 'clear')),
  civil TEXT,
  zone TEXT,
  instant BIGINT,
  tzdata TEXT,
  reason TEXT,
  by TEXT NOT NULL,
  at BIGINT NOT NULL,
  UNIQUE (release_id, seq),
  CHECK ((act IN ('set', 'move')) = (instant IS NOT NULL)),
  CHECK ((instant IS NULL) = (civil IS NULL) AND (instant IS NULL) = (zone IS NULL) AND (instant IS NULL) = (tzdata IS NULL))
);
CREATE TABLE release_version (
  id {id},
  release_id BIGINT NOT NULL REFERENCES release (id),
  number BIGINT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('release', 'advisory', 'update', 'correction', 'hold', 'kill')),
  replaces_id BIGINT REFERENCES release_version (id),
  note TEXT,
  content_format BIGINT NOT NULL,
  content_hash TEXT NOT NULL,
  by TEXT NOT NULL,
  at BIGINT NOT NULL,
  UNIQUE (release_id, number)
);
CREATE TABLE release_text (
  version_id BIGINT NOT NULL REFERENCES release_version (id),
  language TEXT NOT NULL,
  is_original BOOLEAN NOT NULL,
  content TEXT NOT NULL,
  headline TEXT NOT NULL,
  PRIMARY KEY (version_id, language)
);
CREATE TABLE version_boilerplate (
  version_id BIGINT NOT NULL REFERENCES release_version (id),
  language TEXT NOT NULL,
  position BIGINT NOT NULL,
  boilerplate_version_id BIGINT NOT NULL REFERENCES boilerplate_version (id),
  -- As it was when the version was made: a new title changes no release that is written.
  title TEXT NOT NULL,
  PRIMARY KEY (version_id, language, position)
);
CREATE TABLE blob (
  sha256 {key} PRIMARY KEY,
  media_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  bytes {bytes} NOT NULL
);
CREATE TABLE version_asset (
  version_id BIGINT NOT NULL REFERENCES release_version (id),
  position BIGINT NOT NULL,
  blob_sha256 {key} NOT NULL REFERENCES blob (sha256),
  file_name TEXT NOT NULL,
  alt TEXT NOT NULL DEFAULT '',
  caption TEXT NOT NULL DEFAULT '',
  credit TEXT NOT NULL DEFAULT '',
  rights TEXT NOT NULL DEFAULT '',
  usage TEXT NOT NULL CHECK (usage IN ('attach', 'inline', 'link')),
  PRIMARY KEY (version_id, position)
);
CREATE TABLE approval (
  id {id},
  version_id BIGINT NOT NULL REFERENCES release_version (id),
  content_hash TEXT NOT NULL,
  embargo_seq BIGINT NOT NULL,
  by TEXT NOT NULL,
  at BIGINT NOT NULL,
  comment TEXT,
  revoked_at BIGINT,
  revoked_why TEXT
);
CREATE INDEX approval_version ON approval (version_id);
CREATE TABLE check_override (
  id {id},
  version_id BIGINT NOT NULL REFERENCES release_version (id),
  rule TEXT NOT NULL,
  reason TEXT NOT NULL,
  by TEXT NOT NULL,
  at BIGINT NOT NULL,
  UNIQUE (version_id, rule)
);
-- Where the first version of a pasted release came from, as JSON: its lines, for findings to name.
CREATE TABLE version_origin (
  version_id BIGINT PRIMARY KEY REFERENCES release_version (id),
  origin TEXT NOT NULL
);
CREATE TABLE agreement (
  id {id},
  contact_id BIGINT REFERENCES contact (id),
  outlet_id BIGINT REFERENCES outlet (id),
  release_id BIGINT REFERENCES release (id),
  how TEXT NOT NULL,
  evidence_sha256 {key} REFERENCES blob (sha256),
  note TEXT,
  agreed_at BIGINT NOT NULL,
  by TEXT NOT NULL,
  expires_at BIGINT,
  withdrawn_at BIGINT,
  -- The embargo act it was given under; NULL for a standing one.
  embargo_seq BIGINT,
  CHECK ((contact_id IS NULL) <> (outlet_id IS NULL))
);
CREATE INDEX agreement_contact ON agreement (contact_id);
CREATE INDEX agreement_outlet ON agreement (outlet_id);

CREATE TABLE distribution (
  id {id},
  release_id BIGINT NOT NULL REFERENCES release (id),
  version_id BIGINT NOT NULL REFERENCES release_version (id),
  purpose TEXT NOT NULL CHECK (purpose IN ('general', 'advance', 'update', 'correction', 'advisory', 'hold', 'kill', 'embargo-notice', 'embargo-ask', 'follow-up', 'test')),
  round BIGINT NOT NULL DEFAULT 0,
  rehearsal BOOLEAN NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('preparing', 'scheduled', 'running', 'paused', 'blocked', 'finished', 'canceled')),
  reason TEXT CHECK (reason IN ('missed', 'clock', 'tzdata', 'unapproved', 'failure-rate', 'policy', 'login', 'copied-database', 'stopped', 'embargo', 'incomplete', 'message', 'transport')),
  follows_embargo BOOLEAN NOT NULL,
  civil TEXT NOT NULL,
  zone TEXT NOT NULL,
  send_at BIGINT NOT NULL,
  tzdata TEXT NOT NULL,
  language TEXT,
  from_header TEXT NOT NULL,
  reply_to TEXT NOT NULL,
  cover_note TEXT,
  -- Who of counsel allowed analysts and investors among the advance copies.
  counsel TEXT,
  -- Whoever holds an advance copy at the claim is left out.
  skip_holders BOOLEAN NOT NULL DEFAULT FALSE,
  -- The embargo act under which it was rendered.
  embargo_seq BIGINT NOT NULL DEFAULT 0,
  -- How its mails offer the opt-out, as it was when it was scheduled: a retry is byte-identical.
  optout_mailto TEXT NOT NULL DEFAULT '',
  optout_url TEXT,
  nonce TEXT NOT NULL,
  message_domain TEXT NOT NULL,
  limits TEXT NOT NULL DEFAULT '{}',
  lifted_at BIGINT,
  started_at BIGINT,
  last_worked_at BIGINT,
  finished_at BIGINT,
  by TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX distribution_due ON distribution (status, send_at);
CREATE INDEX distribution_release ON distribution (release_id);
CREATE TABLE distribution_audience (
  distribution_id BIGINT NOT NULL REFERENCES distribution (id),
  rule TEXT NOT NULL CHECK (rule IN ('list', 'contact', 'except-list', 'except-contact', 'holders', 'everyone')),
  ref_id BIGINT NOT NULL,
  PRIMARY KEY (distribution_id, rule, ref_id)
);
CREATE TABLE rendition (
  distribution_id BIGINT NOT NULL REFERENCES distribution (id),
  language TEXT NOT NULL,
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  html TEXT NOT NULL,
  -- JSON of the files that travel with it, and the two parts for who wants links in their place.
  files TEXT NOT NULL DEFAULT '[]',
  linked_text TEXT,
  linked_html TEXT,
  frame_hash TEXT NOT NULL,
  bytes_hash TEXT NOT NULL,
  PRIMARY KEY (distribution_id, language)
);

CREATE TABLE delivery (
  id {id},
  distribution_id BIGINT NOT NULL REFERENCES distribution (id),
  version_id BIGINT NOT NULL REFERENCES release_version (id),
  purpose TEXT NOT NULL CHECK (purpose IN ('general', 'advance', 'update', 'correction', 'advisory', 'hold', 'kill', 'embargo-notice', 'embargo-ask', 'follow-up', 'test')),
  round BIGINT NOT NULL,
  rehearsal BOOLEAN NOT NULL,
  contact_id BIGINT NOT NULL REFERENCES contact (id),
  list_id BIGINT REFERENCES media_list (id),
  address TEXT,
  address_hash {key} NOT NULL,
  domain {key} NOT NULL,
  domain_hash {key} NOT NULL,
  language TEXT NOT NULL,
  -- The merge fields' values as they were when the recipients were frozen: a retry is byte-identical.
  slots TEXT NOT NULL DEFAULT '{}',
  position BIGINT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('queued', 'sending', 'sent', 'deferred', 'failed', 'unknown', 'suppressed', 'canceled')),
  reason TEXT CHECK (reason IN ('opted-out', 'bounced', 'archived', 'already-has-it', 'excluded', 'no-agreement', 'not-media', 'outlet-sanction', 'outlet-limit', 'recently-written', 'needs-consent', 'already-agreed', 'answered', 'declined', 'needs-smtputf8', 'not-approved', 'canceled', 'gave-up', 'too-large', 'accepted-by-a-person')),
  due_at BIGINT,
  attempts BIGINT NOT NULL DEFAULT 0,
  stage TEXT NOT NULL DEFAULT 'none' CHECK (stage IN ('none', 'claimed', 'started')),
  run_id BIGINT,
  fence BIGINT NOT NULL DEFAULT 0,
  lease_until BIGINT,
  code BIGINT,
  enhanced TEXT,
  text TEXT,
  queue_id TEXT,
  first_attempt_at BIGINT,
  sent_at BIGINT,
  done_at BIGINT,
  replies_to_id BIGINT REFERENCES delivery (id),
  bounced_at BIGINT,
  bounce_class TEXT CHECK (bounce_class IN ('hard', 'soft')),
  complained_at BIGINT,
  -- Whether the row stands in the live key. A column of its own, because an index whose condition
  -- names the status is rewritten at every change of status.
  live BOOLEAN NOT NULL,
  UNIQUE (distribution_id, contact_id),
  CHECK (live = (status NOT IN ('suppressed', 'canceled') AND NOT rehearsal AND purpose <> 'test')),
  CHECK ((due_at IS NOT NULL) = (status IN ('queued', 'deferred'))),
  CHECK ((stage <> 'none') = (status = 'sending')),
  CHECK ((stage <> 'none') = (lease_until IS NOT NULL))
);
-- The live key: one mailbox gets one version once. By mailbox, not by contact, because undo,
-- re-import, merge and restore give new ids to the same person.
CREATE UNIQUE INDEX delivery_live ON delivery (version_id, address_hash, purpose, round)
  WHERE live;
CREATE INDEX delivery_due ON delivery (distribution_id, due_at, position) WHERE due_at IS NOT NULL;
CREATE INDEX delivery_lease ON delivery (lease_until) WHERE stage <> 'none';
CREATE INDEX delivery_contact ON delivery (contact_id);
CREATE INDEX delivery_hash ON delivery (address_hash);
CREATE TABLE attempt (
  id {id},
  delivery_id BIGINT NOT NULL REFERENCES delivery (id),
  number BIGINT NOT NULL,
  run_id BIGINT,
  at BIGINT NOT NULL,
  stage TEXT NOT NULL,
  code BIGINT,
  enhanced TEXT,
  text TEXT
);
CREATE INDEX attempt_delivery ON attempt (delivery_id);

CREATE TABLE suppression (
  id {id},
  key_id TEXT NOT NULL,
  target TEXT NOT NULL CHECK (target IN ('address', 'domain')),
  hash {key} NOT NULL,
  scope TEXT NOT NULL CHECK (scope IN ('everything', 'organization', 'list')),
  scope_id BIGINT NOT NULL DEFAULT 0,
  reason TEXT NOT NULL,
  source TEXT NOT NULL,
  delivery_id BIGINT REFERENCES delivery (id),
  at BIGINT NOT NULL,
  by TEXT NOT NULL,
  lifted_at BIGINT,
  lifted_by TEXT
);
CREATE UNIQUE INDEX suppression_live ON suppression (hash, scope, scope_id) WHERE lifted_at IS NULL;

CREATE TABLE import_change (
  id {id},
  import_id BIGINT NOT NULL REFERENCES import (id),
  contact_id BIGINT NOT NULL REFERENCES contact (id),
  line BIGINT NOT NULL,
  field TEXT NOT NULL,
  old TEXT,
  new TEXT,
  -- The outlets behind two outlet names. Of whom `--replace` took off a list: the list, and the
  -- import that had put them on it.
  old_id BIGINT,
  new_id BIGINT
);
CREATE INDEX import_change_import ON import_change (import_id);
CREATE INDEX import_change_contact ON import_change (contact_id);

CREATE TABLE log_entry (
  id {id},
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  host TEXT NOT NULL,
  act TEXT NOT NULL,
  subject TEXT NOT NULL,
  subject_id BIGINT NOT NULL,
  detail TEXT NOT NULL,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL
);
CREATE INDEX log_entry_subject ON log_entry (subject, subject_id);

-- Whom an entry about many contacts means: a person's work on each of them, as an entry of its own.
CREATE TABLE log_entry_contact (
  contact_id BIGINT NOT NULL REFERENCES contact (id),
  entry_id BIGINT NOT NULL REFERENCES log_entry (id),
  PRIMARY KEY (contact_id, entry_id)
);

-- What was tried lately, for limits that hold across runs and machines; domain '' is everything.
CREATE TABLE throttle (
  id {id},
  at BIGINT NOT NULL,
  domain {key} NOT NULL,
  count BIGINT NOT NULL
);
CREATE INDEX throttle_at ON throttle (domain, at);

CREATE TABLE run (
  id {id},
  host TEXT NOT NULL,
  pid BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  beat_at BIGINT NOT NULL,
  ended_at BIGINT,
  outcome TEXT,
  counts TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE notice (
  id {id},
  key {key} NOT NULL UNIQUE,
  since BIGINT NOT NULL,
  told_at BIGINT
);
