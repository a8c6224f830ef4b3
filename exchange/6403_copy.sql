-- What was keyed into an outside system by hand, when, by whom, and its reference there. What stood in each field then is kept as keyed
-- fingerprints, so that the next look says what changed without keeping a second copy.
create table copy_keyed ( -- @person
  id KEY,
  person_id INT not null references person (id),
  system TEXT not null,                 -- a code of packs/copyout
  version TEXT not null,
  by_user INT not null,
  at TEXT not null,
  reference BLOB,                       -- sealed, class identity
  prints TEXT not null
);
create index copy_keyed_person on copy_keyed (person_id, system, id);
