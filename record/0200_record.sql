-- What happened to each record: field by field before and after, who and when (record/revision.c writes it).
create table revision ( -- @exported
  id KEY,
  record TEXT not null,
  record_id INT not null,
  version INT not null,
  what TEXT not null,
  at TEXT not null,
  user_id INT,
  source TEXT,
  changes TEXT not null
);
create index revision_of on revision (record, record_id, id);

-- The choices of code lists. The program brings its own (packs/codes); an administrator may add to them. A code is
-- never reused for another meaning: `ended` takes it off the forms and leaves it readable.
create table code (
  id KEY,
  list TEXT not null,
  code TEXT not null,
  label TEXT not null,
  hint TEXT,
  source TEXT,
  sort INT not null,
  ended INT not null,
  changed_at TEXT not null
);
create unique index code_key on code (list, code);
