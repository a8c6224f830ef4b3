-- The resident's side: copies asked for, their statements beside what is written of them.
create table resident_copy ( -- @person
  id KEY,
  public_id TEXT not null unique,
  person_id INT not null,
  asked_at TEXT not null,
  ready_at TEXT not null,               -- not before: somebody else may be holding their telephone
  stopped_at TEXT,                      -- by a worker whom they told that it was not them
  stopped_by INT
);
create index resident_copy_person on resident_copy (person_id, id);
-- "That is not right": their statement, which stands beside the note for good.
create table resident_statement ( -- @person
  id KEY,
  public_id TEXT not null unique,
  person_id INT not null,
  about TEXT not null,                  -- contact | strength | goal | facts | other
  item TEXT,                            -- public id of what it is about
  words BLOB not null,                  -- sealed, class plan
  said_at TEXT not null,
  answer TEXT,                          -- put_right | kept
  answer_words BLOB,                    -- sealed, class plan
  answered_by INT,
  answered_at TEXT
);
create index resident_statement_person on resident_statement (person_id, id);
