-- @store work
-- How far each step of a job is; pages and terminals read it (base/progress.h says what a step is).
create table progress ( -- @exported
  job_id INT not null,
  at INT not null,                     -- first step 1
  step TEXT not null,
  unit TEXT not null,
  done INT not null,
  total INT not null,                  -- 0 = not known
  changed_at TEXT not null,
  primary key (job_id, at)
);

-- Who works on a job, and until when nobody else may take it over.
create table job_lease (
  job_id INT primary key,
  holder TEXT not null,                -- machine/process
  ends INT not null                    -- microseconds since 1970
);

-- Backups made, checked and rehearsed (db/backup.h), so that a page can say how old the last good one is.
create table backup_run ( -- @exported
  id KEY,
  made_at TEXT not null,
  verified_at TEXT,
  rehearsed_at TEXT,                   -- a sealed field was opened from it
  bytes INT not null,
  said TEXT not null default ''
);
