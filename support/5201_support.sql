-- What is in the way, in the person's own order and words. Which class it belongs to (health, offences, finance, safety...)
-- stands sealed in `head`, everything said about it sealed under that class in `body`: a stolen database does not even
-- tell who has a barrier of which kind. Each saying is a row; none is ever changed; the newest is how it stands.
create table barrier ( -- @person
  id KEY,
  public_id TEXT not null unique,
  person_id INT not null references person (id),
  named_on TEXT not null,
  made_by INT not null,
  made_at TEXT not null
);
create index barrier_person on barrier (person_id);
create table barrier_said ( -- @person
  id KEY,
  barrier_id INT not null references barrier (id),
  person_id INT not null references person (id),
  number INT not null,                  -- 1, 2, 3... of this barrier: two people changing it at once are seen
  head BLOB not null,                   -- sealed, class plan: the class of the body
  body BLOB not null,                   -- sealed: kind, words, scores, order, what lifted it
  on_day TEXT not null,
  said_to INT not null,                 -- the worker who wrote it down
  said_at TEXT not null
);
create unique index barrier_said_number on barrier_said (barrier_id, number);
create index barrier_said_person on barrier_said (person_id, barrier_id, number);

-- Away: in custody, in hospital, on leave. Nobody counts as drifting meanwhile; the kind is sealed like a barrier's.
create table stay ( -- @person
  id KEY,
  public_id TEXT not null unique,
  person_id INT not null references person (id),
  head BLOB not null,
  body BLOB not null,
  from_day TEXT not null,
  to_day TEXT,                          -- the last day; null = not known yet
  made_by INT not null,
  made_at TEXT not null
);
create index stay_person on stay (person_id, from_day);

-- Question sets are versioned data: a version's wording never changes (init compares and refuses).
create table question_set (
  id KEY,
  code TEXT not null,
  version INT not null,
  title TEXT not null,
  intro TEXT not null,
  rules TEXT not null,                  -- in words, shown to who asks
  source TEXT not null,
  licence TEXT not null,
  self_only INT not null,               -- 1: nobody may answer for the person
  text_hash TEXT not null,
  added_at TEXT not null
);
create unique index question_set_version on question_set (code, version);
create table question (
  id KEY,
  set_id INT not null references question_set (id),
  position INT not null,
  code TEXT not null,
  words TEXT not null,
  kind TEXT not null,                   -- scale | choice | text
  low INT,
  high INT,
  low_words TEXT,
  high_words TEXT,
  choices TEXT,                         -- of a choice: in order, "|" between
  better TEXT not null,                 -- up | down | none: which way is good news
  class INT not null                    -- the data class of its answers
);
create unique index question_code on question (set_id, code);
-- Off unless a scheme asks: a team asks a version from a day on, and says for which scheme.
create table question_use (
  id KEY,
  set_id INT not null references question_set (id),
  team_id INT not null,
  scheme TEXT not null,
  from_day TEXT not null,
  to_day TEXT,
  made_by INT not null
);
create index question_use_team on question_use (team_id, set_id);

-- A conversation: one at a time for a person in a team, left and taken up again as they like.
create table talk ( -- @person
  id KEY,
  public_id TEXT not null unique,
  person_id INT not null references person (id),
  team_id INT not null,
  begun_on TEXT not null,
  begun_by INT not null,
  ended_on TEXT,
  open_key TEXT unique                  -- "person.team" while open, null after: never two at once
);
create index talk_person on talk (person_id, begun_on);
-- What was answered, or that it was declined; kept with the version of the question it answers.
create table answer ( -- @person
  id KEY,
  public_id TEXT not null unique,
  person_id INT not null references person (id),
  question_id INT not null references question (id),
  talk_id INT references talk (id),
  moment TEXT not null,                 -- talk | before | after
  source TEXT,                          -- public id of the session it was asked at
  respondent TEXT not null,             -- self | helped (read out, interpreted) | proxy
  declined INT not null,
  value BLOB,                           -- sealed under the question's class
  on_day TEXT not null,
  asked_by INT not null,
  at TEXT not null
);
create index answer_person on answer (person_id, question_id, on_day);
create index answer_talk on answer (talk_id);
create index answer_question on answer (question_id, person_id, id);
create index answer_source on answer (source);
-- A step of a conversation that is over: answered, or declined and not asked again in it.
create table talk_step ( -- @person
  talk_id INT not null references talk (id),
  step TEXT not null,                   -- "way", "ons4.1.satisfied"...
  end_word TEXT not null,               -- answered | declined
  at TEXT not null,
  primary key (talk_id, step)
);

-- The plan. A revision and its rows are written once and never changed.
create table plan_revision ( -- @exported @person
  id KEY,
  public_id TEXT not null unique,
  person_id INT not null references person (id),
  number INT not null,
  matters BLOB,                         -- sealed: what matters to them, in their words
  review_on TEXT,
  written_by TEXT not null,             -- person | together | worker
  made_by INT not null,
  made_at TEXT not null,
  on_day TEXT not null
);
create unique index plan_revision_number on plan_revision (person_id, number);
create table plan_goal ( -- @person
  id KEY,
  public_id TEXT not null,              -- the same goal in later revisions keeps it
  revision_id INT not null references plan_revision (id),
  person_id INT not null,
  position INT not null,
  words BLOB not null,
  other_words BLOB                      -- the same in their other language
);
create index plan_goal_revision on plan_goal (revision_id, position);
create index plan_goal_public on plan_goal (public_id);
create table plan_step ( -- @exported @person
  id KEY,
  public_id TEXT not null,
  revision_id INT not null references plan_revision (id),
  goal_id INT not null references plan_goal (id),
  person_id INT not null,
  position INT not null,
  words BLOB not null,
  other_words BLOB,
  who TEXT not null,                    -- person | worker | other
  who_words BLOB,                       -- the other's name, sealed
  by_day TEXT,                          -- null: no date; a plan needs none
  barrier_id INT references barrier (id)
);
create index plan_step_revision on plan_step (revision_id, goal_id, position);
create index plan_step_public on plan_step (public_id);
create table plan_goal_strength (
  goal_id INT not null references plan_goal (id),
  strength_id INT not null references strength (id),
  primary key (goal_id, strength_id)
);
create index plan_goal_strength_of on plan_goal_strength (strength_id);
-- What became of a step, apart from the plan: the newest row counts.
create table plan_step_end ( -- @exported @person
  id KEY,
  step_public_id TEXT not null,
  person_id INT not null,
  end_word TEXT not null,               -- done | dropped | open
  on_day TEXT not null,
  made_by INT not null,
  made_at TEXT not null
);
create index plan_step_end_of on plan_step_end (person_id, step_public_id, id);
-- That the person agreed to exactly this revision: how, when, in which language, with whom.
create table plan_agreed ( -- @exported @person
  id KEY,
  revision_id INT not null references plan_revision (id),
  person_id INT not null,
  how TEXT not null,                    -- said | signed | pressed
  on_day TEXT not null,
  language TEXT not null,
  with_whom BLOB not null,              -- sealed
  shown_hash TEXT not null,             -- of the words they agreed to
  made_by INT not null,
  made_at TEXT not null
);
create index plan_agreed_revision on plan_agreed (revision_id);
create table plan_review ( -- @person
  id KEY,
  public_id TEXT not null unique,
  person_id INT not null references person (id),
  revision_id INT not null references plan_revision (id),
  on_day TEXT not null,
  words BLOB,                           -- sealed: how they say it is going
  next_on TEXT,
  made_by INT not null,
  made_at TEXT not null
);
create index plan_review_person on plan_review (person_id, on_day);
-- A link that opens the plan once. Only its hash is kept.
create table plan_link ( -- @person
  id KEY,
  person_id INT not null references person (id),
  token_hash TEXT not null unique,
  made_by INT not null,
  made_at TEXT not null,
  until_at TEXT not null,
  offered_how TEXT not null,            -- face_to_face | safe_way
  opened_at TEXT,
  closed_at TEXT
);
create index plan_link_person on plan_link (person_id);
-- What each member of a household put into the joint plan, under their own key; nothing else of theirs is in it.
create table joint_item ( -- @person
  id KEY,
  public_id TEXT not null unique,
  household_id INT not null,
  person_id INT not null references person (id),
  words BLOB not null,
  put_in_on TEXT not null,
  put_in_by INT not null,
  taken_out_on TEXT
);
create index joint_item_household on joint_item (household_id, id);
create index joint_item_person on joint_item (person_id);
