create table sample (
  id KEY,
  public_id TEXT not null,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null,
  name TEXT,
  about TEXT,
  places INT,
  latitude REAL,
  price INT,
  starts TEXT,
  seen_at TEXT,
  step_free INT,
  colour TEXT,
  colours TEXT,
  parent INT references sample(id),
  email TEXT,
  phone TEXT,
  website TEXT,
  postcode TEXT
);
create unique index sample_public_id on sample (public_id);
create index sample_starts on sample (starts);
create index sample_parent on sample (parent);
create unique index sample_postcode on sample (postcode);
