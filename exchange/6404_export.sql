-- Everything of an organisation, made by a job, taken once. Nothing about people is in it without a declared basis (PRACTICE 1).
create table export_file (
  id KEY,
  public_id TEXT not null unique,
  organisation_id INT not null references member_organisation (id),
  team_id INT not null references team (id),
  user_id INT not null references user_account (id),
  basis TEXT not null,                  -- "agreement PUBLIC-ID" or "return CODE"
  classes INT not null,
  state TEXT not null,                  -- making | ready | taken | failed | reading | in
  file BLOB,                            -- sealed under the installation's own key; null once taken
  digest TEXT,                          -- SHA-256 of the file
  people INT not null default 0,
  job_id INT,
  made_at TEXT not null,
  ended_at TEXT
);
create index export_file_user on export_file (user_id, id);
