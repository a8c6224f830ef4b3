-- Work that outlives a request (db/job.h). A row is added in the transaction of the change that asks for it.
-- Any domain may read these rows to show them; only db/ writes them.
create table job ( -- @exported
  id KEY,
  kind TEXT not null,
  arguments TEXT not null,             -- JSON only its kind reads; never a person's words
  state TEXT not null default '{}',    -- its place, so that another process can go on from there
  once TEXT not null default '',       -- a waiting job with the same kind and once is not added twice
  status INT not null default 0,       -- 0 waiting, 1 taken, 2 done, 3 failed, 4 stopped
  not_before TEXT not null default '', -- '' = at once
  attempts INT not null default 0,     -- times it was taken and did not say how it ended
  stop INT not null default 0,         -- 1: somebody asked it to stop
  said TEXT not null default '',       -- the sentence of its failure
  added_at TEXT not null,
  ended_at TEXT
);
create unique index job_once on job (kind, once) where status = 0 and once <> '';
create index job_waiting on job (status, not_before, id);

-- Rows that came together. They count once live_at is set, in one short step; undo clears it again.
create table batch ( -- @exported
  id KEY,
  kind TEXT not null,
  source TEXT not null,                -- where the rows came from: a file's name or a feed's address
  added_at TEXT not null,
  live_at TEXT,                        -- null: staged or undone, invisible
  undone_at TEXT,
  row_count INT not null default 0
);
