-- What came of it in somebody's life, and what shows it: seen, not kept.
create table outcome ( -- @person
  id KEY,
  public_id TEXT not null unique,
  person INT references person (id),
  kind TEXT,
  on_day TEXT,
  hours TEXT,
  words BLOB,
  ended_on TEXT,
  mistake_on TEXT,
  worker INT references user_account (id),
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null
);
create index outcome_person on outcome (person, on_day, id);
create index outcome_worker on outcome (worker);
create table outcome_evidence ( -- @person
  id KEY,
  outcome_id INT not null references outcome (id),
  person_id INT not null references person (id),
  what TEXT not null,             -- a code of outcome_evidence
  seen_on TEXT not null,
  by_user INT not null references user_account (id),
  note BLOB,                      -- sealed, class outcomes
  at TEXT not null
);
create index outcome_evidence_outcome on outcome_evidence (outcome_id, id);
create index outcome_evidence_person on outcome_evidence (person_id);
create index outcome_evidence_by_user on outcome_evidence (by_user);

-- As lists and counts need it, written by the same function in the same transaction: a row for each programme whose
-- contract counts such an outcome, or one of none. Nobody who hides has a row.
create table outcome_now ( -- @person
  outcome_id INT not null references outcome (id),
  joining_id INT not null,        -- 0 = no programme counts it
  person_id INT not null references person (id),
  programme_id INT not null,
  organisation_id INT not null,
  kind TEXT not null,
  on_day TEXT not null,
  enough INT not null,            -- 1: shown by what the contract takes (or by anything, where none asks)
  due_on TEXT,                    -- when to ask whether the work goes on
  due_kind TEXT,
  primary key (outcome_id, joining_id)
);
create index outcome_now_person on outcome_now (person_id, enough);
create index outcome_now_programme on outcome_now (programme_id, organisation_id, kind, enough);
