-- Notices that make an organisation hand records over: who asked, on what power, what was given, by which two people
-- (PRACTICE 1). Counts are public. What could name somebody is sealed under the person's key.
create table disclosure ( -- @person
  id KEY,
  public_id TEXT not null unique,
  organisation_id INT not null,
  person_id INT not null,
  asked_by TEXT not null,               -- court | police | statutory | other
  power TEXT not null,                  -- the law or order relied on, in words
  advice TEXT not null,                 -- what advice was taken
  given BLOB not null,                  -- what was handed over, sealed, class safety; "nothing" is an answer
  anything INT not null,                -- 1: something was handed over
  told INT not null,                    -- was the person told
  not_told_why TEXT,
  received_on TEXT not null,
  first_user_id INT not null,
  first_at TEXT not null,
  second_user_id INT,
  second_at TEXT
);
create index disclosure_organisation on disclosure (organisation_id, id);
create index disclosure_person on disclosure (person_id);

-- An adviser from elsewhere sits in: they see what the person opens in the room, on the worker's screen, for that meeting.
create table guest_visit ( -- @person
  id KEY,
  public_id TEXT not null unique,
  person_id INT not null,
  host_user_id INT not null,
  guest TEXT not null,                  -- the adviser's office and name
  classes INT not null,
  opened_at TEXT not null,
  until_at TEXT not null,               -- 60 minutes at most
  closed_at TEXT,
  note BLOB                             -- to the person, sealed, class plan
);
create index guest_visit_person on guest_visit (person_id, id);

-- What a contract obliges to be sent about a person, field by field (packs/returns).
create table declared_return (
  id KEY,
  code TEXT not null unique,
  name TEXT not null,
  goes_to TEXT not null,
  why TEXT not null
);
create table declared_field (
  id KEY,
  return_id INT not null references declared_return (id),
  field TEXT not null,                  -- record.field
  words TEXT not null,                  -- as it is told to the person
  unique (return_id, field)
);
