-- People and their notes read in from a spreadsheet. The file is sealed under the installation's own key and is gone as soon
-- as it has been read in; what stays says only which records came from it, so that it can be undone.
create table import_batch (
  id KEY,
  public_id TEXT not null unique,
  organisation_id INT not null references member_organisation (id),
  team_id INT not null references team (id),
  user_id INT not null references user_account (id),
  made_at TEXT not null,
  state TEXT not null,                  -- looked | going | done | undoing | undone
  file BLOB,                            -- sealed; null once it was read in or put away
  shape TEXT not null,                  -- of its headings: the same columns are read the same way next time
  targets TEXT not null,                -- what each column is, in order
  safe_way TEXT,                        -- for those whose row does not say
  people INT not null default 0,
  job_id INT,
  ended_at TEXT
);
create index import_batch_team on import_batch (team_id, id);

-- How an organisation read a file of this shape last time.
create table import_shape (
  organisation_id INT not null references member_organisation (id),
  shape TEXT not null,
  targets TEXT not null,
  safe_way TEXT,
  changed_at TEXT not null,
  primary key (organisation_id, shape)
);

-- What was answered about a row that looks like somebody known: the same person, or (null) another.
create table import_choice ( -- @person
  batch_id INT not null references import_batch (id),
  line INT not null,
  person_id INT,
  primary key (batch_id, line)
);

create table import_made ( -- @person
  id KEY,
  batch_id INT not null references import_batch (id),
  line INT not null,                    -- where in the file
  person_id INT not null,
  contact_id INT,                       -- null: the person themselves
  version INT not null                  -- as it was written
);
create index import_made_batch on import_made (batch_id, id);
