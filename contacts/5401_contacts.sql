-- Conversations, promises, appointments as chains of attempts, sessions, things lent, visits, stops, counts.
create table contact ( -- @person
  id KEY,
  public_id TEXT not null unique,
  person INT references person (id),
  on_day TEXT,
  mode TEXT,
  words BLOB,
  health_words BLOB,
  minutes INT,
  interventions TEXT,
  kept_to TEXT,
  worker INT,
  team INT,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null
);
create index contact_person on contact (person, on_day, id);
create index contact_worker on contact (worker);
create index contact_team on contact (team);

create table promise ( -- @person
  id KEY,
  public_id TEXT not null unique,
  person INT references person (id),
  words BLOB,
  who TEXT,
  by_day TEXT,
  worker INT,
  contact INT references contact (id),
  kept_on TEXT,
  let_go_on TEXT,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null
);
create index promise_person on promise (person, by_day);
create index promise_worker on promise (worker, kept_on, by_day);
create index promise_contact on promise (contact);

create table appointment ( -- @person
  id KEY,
  public_id TEXT not null unique,
  person INT references person (id),
  kind TEXT,
  mode TEXT,
  place BLOB,
  needs TEXT,
  interpreter TEXT,
  interpreter_language TEXT,
  interpreter_is TEXT,
  worker INT,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null
);
create index appointment_person on appointment (person);
create index appointment_worker on appointment (worker);
-- Local date, time and zone as agreed; the end of an attempt is written once.
create table appointment_attempt ( -- @person
  id KEY,
  appointment_id INT not null references appointment (id),
  person_id INT not null,
  worker_id INT not null,
  number INT not null,
  on_day TEXT not null,
  minute INT not null,                  -- after local midnight
  zone TEXT not null,
  minutes INT not null,
  end_word TEXT,                        -- happened | did_not_happen | moved | called_off; null = still to come
  why TEXT,                             -- a code of not_happened
  ended_by INT,
  ended_at TEXT
);
create unique index appointment_attempt_number on appointment_attempt (appointment_id, number);
create index appointment_attempt_person on appointment_attempt (person_id, on_day);
create index appointment_attempt_worker on appointment_attempt (worker_id, on_day);
-- A calendar's address: a worker's own, or one appointment's. Only the hash is kept; the address itself is sealed for who made it.
create table calendar_feed (
  id KEY,
  token_hash TEXT not null unique,
  user_id INT,
  appointment_id INT references appointment (id),
  made_at TEXT not null,
  ended_at TEXT
);
create index calendar_feed_user on calendar_feed (user_id);
create index calendar_feed_appointment on calendar_feed (appointment_id);

create table visit_caution ( -- @person
  id KEY,
  public_id TEXT not null unique,
  person INT references person (id),
  kind BLOB,
  words BLOB,
  source BLOB,
  from_day TEXT,
  review_on TEXT,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null
);
create index visit_caution_person on visit_caution (person);
-- A worker goes out: where (sealed), until when; in and out by one press; a buddy, then the manager.
create table visit ( -- @person
  id KEY,
  public_id TEXT not null unique,
  user_id INT not null,
  team_id INT not null,
  person_id INT not null references person (id),
  place BLOB,
  expected_end TEXT not null,
  buddy_id INT,
  planned_at TEXT not null,
  in_at TEXT,
  out_at TEXT
);
create index visit_user on visit (user_id, out_at);
create index visit_team on visit (team_id, out_at, expected_end);
create index visit_person on visit (person_id);

create table group_session (
  id KEY,
  public_id TEXT not null unique,
  title TEXT,
  kind TEXT,
  naming TEXT,
  place TEXT,
  on_day TEXT,
  clock TEXT,
  minutes INT,
  headcount INT,
  team INT,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null
);
create index group_session_team on group_session (team, on_day);
create table attendance ( -- @person
  session_id INT not null references group_session (id),
  person_id INT not null references person (id),
  state TEXT not null,                  -- coming | here | not_here
  marked_by INT not null,
  marked_at TEXT not null,
  primary key (session_id, person_id)
);
create index attendance_person on attendance (person_id);

-- Drop-in visits are numbers. There is no row about anybody and no column for anything about them.
create table drop_in (
  team_id INT not null,
  site TEXT not null,
  on_day TEXT not null,
  kind TEXT not null,
  n INT not null,
  primary key (team_id, site, on_day, kind)
);

create table outreach_stop (
  id KEY,
  public_id TEXT not null unique,
  name TEXT,
  place TEXT,
  about TEXT,
  weekday TEXT,
  clock TEXT,
  clock_to TEXT,
  from_day TEXT,
  to_day TEXT,
  team INT,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null
);
create index outreach_stop_team on outreach_stop (team);
create table outreach_change (
  stop_id INT not null references outreach_stop (id),
  on_day TEXT not null,
  runs INT not null,                    -- 0: not on that day
  clock TEXT,
  place TEXT,
  made_by INT not null,
  primary key (stop_id, on_day)
);

create table asset (
  id KEY,
  public_id TEXT not null unique,
  kind TEXT,
  name TEXT,
  tag TEXT,
  counted INT,
  area TEXT,
  checked_on TEXT,
  ended_on TEXT,
  free INT,
  team INT,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null
);
create index asset_team on asset (team, kind);
-- Each change of a store, so that what stands there can be added up again.
create table asset_move (
  id KEY,
  asset_id INT not null references asset (id),
  change INT not null,
  why TEXT not null,                    -- bought | lent | back | given | lost | counted
  made_by INT not null,
  on_day TEXT not null
);
create index asset_move_asset on asset_move (asset_id);
create table loan ( -- @person
  id KEY,
  public_id TEXT not null unique,
  asset_id INT not null references asset (id),
  person_id INT not null references person (id),
  out_on TEXT not null,
  due_on TEXT,                          -- null: given, not lent
  back_on TEXT,
  came_by TEXT,                         -- a code of referral_routes
  how_it_is TEXT,                       -- when it came back
  lent_by INT not null,
  taken_by INT,
  open_key INT unique                   -- the asset's id while a single thing is out: never two at once
);
create index loan_asset on loan (asset_id, out_on);
create index loan_person on loan (person_id, back_on);
