-- Worries about somebody's safety, who must read them and by when; and what residents write when they are stuck. All free
-- text is sealed in class safety. Each step is a dated fact; where a concern stands is computed (safeguarding/clock.c).

-- Who answers for safeguarding in an organisation, dated. Without a row: whoever holds the role of safeguarding lead
-- (lead) or manager (manager).
create table safeguarding_post (
  id KEY,
  organisation_id INT not null,
  user_id INT not null,
  post TEXT not null,                   -- lead | deputy | manager | oncall
  from_day TEXT not null,
  to_day TEXT,
  made_by INT not null
);
create index safeguarding_post_organisation on safeguarding_post (organisation_id, from_day);

create table concern ( -- @person
  id KEY,
  public_id TEXT not null unique,
  organisation_id INT not null,
  person_id INT,                        -- null: somebody who is not in the system
  raised_by INT not null,
  raised_at TEXT not null,
  due_at TEXT not null,
  age TEXT not null,                    -- adult | child | not_known
  danger INT not null,                  -- 1: immediate
  who BLOB not null,                    -- sealed, class safety, as are the next four
  seen BLOB not null,                   -- what was seen or said, in their words
  opinion BLOB not null,                -- what the worker thinks, apart from it
  wants BLOB not null,
  told BLOB not null
);
create index concern_organisation on concern (organisation_id, id);
create index concern_person on concern (person_id);

create table concern_event (
  id KEY,
  concern_id INT not null references concern (id),
  at TEXT not null,
  by_user INT,                          -- null: the clock
  kind TEXT not null,                   -- told | opened | decision | referral | outcome | person_told |
                                        -- person_not_told | telling_safe
  to_user INT,                          -- told: whom
  post TEXT,                            -- told: as what (lead deputy manager oncall named)
  why TEXT,                             -- told: raised | lead_away | not_opened | due | danger | out_of_hours
  agreed INT,                           -- referral: 1 they agreed, 0 they did not
  legal_reason TEXT,                    -- referral without agreement: a code of packs/safeguarding/reasons.csv
  to_whom BLOB,                         -- referral: sealed
  words BLOB                            -- sealed
);
create index concern_event_concern on concern_event (concern_id, id);
create index concern_event_user on concern_event (to_user, concern_id);

-- "I'm stuck", typed by a resident: who reads it, by when it is said to be read, and when it was.
create table stuck_note ( -- @person
  id KEY,
  public_id TEXT not null unique,
  person_id INT not null,
  words BLOB not null,                  -- sealed, class safety
  written_at TEXT not null,
  read_by_at TEXT not null,             -- what the page promised
  prompt TEXT not null                  -- "" | self_harm | violence: words that ask for a person soon
);
create index stuck_note_person on stuck_note (person_id, id);
create table stuck_reader (
  note_id INT not null references stuck_note (id),
  user_id INT not null,
  because TEXT not null,                -- carries | stands_in | oncall
  told_at TEXT not null,
  read_at TEXT,
  did BLOB,                             -- sealed: what the reader did
  primary key (note_id, user_id)
);
create index stuck_reader_user on stuck_reader (user_id, read_at);
