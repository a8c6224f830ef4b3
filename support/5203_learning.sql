-- From intent to the classroom (PRACTICE 14): what somebody wants to do, and the days they came to each step.
create table learning ( -- @person
  id KEY,
  public_id TEXT not null unique,
  person_id INT not null references person (id),
  team_id INT not null,
  kind TEXT not null,                   -- a code of learning_kinds
  what BLOB not null,                   -- sealed, class plan: in their words
  began_on TEXT not null,
  stopped_on TEXT,
  made_by INT not null,
  made_at TEXT not null
);
create index learning_person on learning (person_id);
create index learning_team on learning (team_id, began_on);
create table learning_step ( -- @person
  learning_id INT not null references learning (id),
  person_id INT not null,
  step TEXT not null,                   -- intended | applied | enrolled | first_day | half_way | done
  on_day TEXT not null,
  said_to INT not null,
  said_at TEXT not null,
  primary key (learning_id, step)
);
create index learning_step_person on learning_step (person_id);
-- Two people who do something together. Each said yes for themselves.
create table buddy ( -- @person
  id KEY,
  public_id TEXT not null unique,
  person_id INT not null references person (id),
  name BLOB not null,                   -- sealed, class plan: what the buddy is called
  about TEXT not null,                  -- a code of buddy_for
  from_day TEXT not null,
  to_day TEXT,
  made_by INT not null,
  made_at TEXT not null
);
create index buddy_person on buddy (person_id);
