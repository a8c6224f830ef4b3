-- What helps, one line each in person.def.
alter table person add column pronouns TEXT;
alter table person add column communication_note BLOB;
alter table person add column postcode BLOB;
alter table person add column safe_hours TEXT;
alter table person add column voicemail_safe INT;
alter table person add column contact_open INT;
alter table person add column space_until TEXT;
alter table person add column say_from BLOB;
alter table person add column code_word BLOB;
alter table person add column tenancy TEXT;
alter table person add column children INT;
alter table person add column children_ages TEXT;
alter table person add column out_of_work_time TEXT;
alter table person add column qualification TEXT;
alter table person add column other_programmes BLOB;
alter table person add column benefits TEXT;
alter table person add column health_condition BLOB;
alter table person add column health_note BLOB;
alter table person add column convictions BLOB;
alter table person add column convictions_note BLOB;
alter table person add column right_to_work BLOB;
alter table person add column right_to_work_until BLOB;
alter table person add column right_to_work_seen BLOB;

-- The name of a support group is sealed under the installation's own key: a name such as a family's would find somebody who
-- hides. people_init seals what an older version kept in `name`, and empties it.
alter table household add column sealed_name BLOB;
alter table household_answer add column how TEXT;   -- said | signed | pressed; null: before it was asked
-- answer: yes | no | left; the newest counts, and only yes is ever shown.

-- Somebody who may see, speak or sign for a person, each apart (PRACTICE 5). Never a household member by inference.
create table representative ( -- @person
  id KEY,
  public_id TEXT not null unique,
  person INT references person (id),
  name BLOB,
  kind TEXT,
  phone BLOB,
  scope BLOB,
  evidence BLOB,
  may_see INT,
  may_speak INT,
  may_sign INT,
  from_day TEXT,
  to_day TEXT,
  review_on TEXT,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null
);
create index representative_person on representative (person);

-- Could they decide this one thing, on this day (Mental Capacity Act 2005 sections 1 to 4)? Presumed from 16.
create table capacity_decision ( -- @person
  id KEY,
  public_id TEXT not null unique,
  person INT references person (id),
  about BLOB,
  found TEXT,
  because BLOB,
  best_interests BLOB,
  decided_on TEXT,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null
);
create index capacity_decision_person on capacity_decision (person);

-- A young person's own agreement, with what they understood (Gillick v West Norfolk [1986] AC 112).
create table young_agreement ( -- @person
  id KEY,
  public_id TEXT not null unique,
  person INT references person (id),
  agreed INT,
  understood BLOB,
  in_their_words BLOB,
  parent BLOB,
  parent_why BLOB,
  parental_responsibility BLOB,
  said_on TEXT,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null
);
create index young_agreement_person on young_agreement (person);

-- At 16, 18 and 25 agreement, notice, people with access, schemes and laws are looked at again.
create table age_review ( -- @person
  id KEY,
  public_id TEXT not null unique,
  person INT references person (id),
  stage INT,
  agreement TEXT,
  notice_given INT,
  access_checked INT,
  schemes_checked INT,
  note BLOB,
  reviewed_on TEXT,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null
);
create index age_review_person on age_review (person, stage);

-- When each of those reviews falls, derived from the date of birth in the transaction that changes it (people_stages_write);
-- rows for reviews already done are taken away. None for people who hide: theirs are worked out as they are opened.
create table age_stage ( -- @person
  person_id INT not null references person (id),
  stage INT not null,
  due_on TEXT not null,
  primary key (person_id, stage)
);
create index age_stage_due on age_stage (due_on, person_id);

-- Why something of a person must be kept, as dated rows from any domain (people_keep). The longest wins, class by class.
create table retention_duty ( -- @person
  id KEY,
  person_id INT not null references person (id),
  kind TEXT not null,                   -- packs/codes/retention_duties.csv
  classes INT not null,
  source TEXT not null,                 -- which record of which domain: "claim 4711"; no names, no reason
  since TEXT not null,
  until TEXT,                           -- null: still open
  made_by INT not null,
  made_at TEXT not null
);
create unique index retention_duty_source on retention_duty (person_id, kind, source);

-- What somebody asked to have erased, and what was done: classes erased, classes kept. No names, no words.
create table erasure ( -- @person
  id KEY,
  public_id TEXT not null unique,
  person_id INT not null references person (id),
  asked_by TEXT not null,               -- person | retention
  decided_by INT not null,
  decided_at TEXT not null,
  erased INT not null,
  kept INT not null
);
create index erasure_person on erasure (person_id);

-- Kept but not used (UK GDPR Article 18): offered where erasure has to wait.
create table use_limit ( -- @person
  person_id INT not null primary key references person (id),
  classes INT not null,
  since TEXT not null,
  made_by INT not null
);
