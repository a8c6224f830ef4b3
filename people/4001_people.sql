-- People who are supported. Sealed columns are BLOB; clear columns of restricted people stay empty (people/README.md).
create table person ( -- @exported @person
  id KEY,
  public_id TEXT not null unique,
  name TEXT,
  full_name TEXT,
  born_on TEXT,
  age_band TEXT,
  language TEXT,
  communication TEXT,
  phone BLOB,
  email BLOB,
  address BLOB,
  safe_way TEXT,
  safe_note BLOB,
  ward_code TEXT,
  lsoa_code TEXT,
  status TEXT,
  inactivity_reason TEXT,
  wants_job INT,
  out_of_work_since TEXT,
  worry_about_benefits INT,
  invented INT,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null
);

create table strength ( -- @exported @person
  id KEY,
  public_id TEXT not null unique,
  person INT references person (id),
  words BLOB,
  seen_by BLOB,
  said_on TEXT,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null
);
create index strength_person on strength (person);

-- A household is a named support group. Members answer for themselves; the newest answer counts.
create table household (
  id KEY,
  public_id TEXT not null unique,
  name TEXT not null,
  made_by INT not null,
  made_at TEXT not null
);
create table household_answer ( -- @person
  id KEY,
  household_id INT not null references household (id),
  person_id INT not null references person (id),
  answer TEXT not null,                 -- yes | no; shown to the others only when yes
  asked_by INT not null,
  said_at TEXT not null
);
create index household_answer_person on household_answer (person_id, household_id, id);
create index household_answer_household on household_answer (household_id, person_id, id);

-- What would stand in the clear columns of a person who hides: one sealed JSON text a data class, under the person's own
-- key of that class. Their row in `person` keeps nothing but its id and sealed columns.
create table restricted_identity ( -- @person
  person_id INT not null references person (id),
  class INT not null,
  sealed BLOB not null,
  primary key (person_id, class)
);
