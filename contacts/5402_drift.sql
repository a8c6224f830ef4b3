-- What drifting is computed from, ready for lists: written with each contact by contacts_now_write, compared by doctor.
-- None for people who hide: theirs is read from their contacts one by one.
create table contact_now ( -- @exported @person
  person_id INT not null primary key,
  last_on TEXT not null,
  usual_days INT not null               -- the median of the last five gaps; 0 = fewer than two talks
);
-- Asked for when the time was agreed; sent by the job "remind" through messages/.
alter table appointment add column remind INT;
-- Somebody is left alone for a while, because a worker says why. It ends by itself.
create table drift_snooze ( -- @person
  id KEY,
  public_id TEXT not null unique,
  person_id INT not null references person (id),
  from_day TEXT not null,
  to_day TEXT not null,                 -- the last day
  reason BLOB not null,                 -- sealed, class contacts
  made_by INT not null,
  made_at TEXT not null
);
create index drift_snooze_person on drift_snooze (person_id, to_day);
