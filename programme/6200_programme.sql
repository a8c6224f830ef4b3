-- Programmes: contracts as they came, who delivers them, who joined, what a start was proved by (PRACTICE 6).
create table programme (
  id KEY,
  public_id TEXT not null unique,
  code TEXT not null unique,
  hash TEXT not null,             -- of the wording in force
  changed_at TEXT not null
);
-- Every wording there ever was: who joined under one stays under it.
create table programme_wording (
  programme_id INT not null references programme(id),
  hash TEXT not null,
  words TEXT not null,
  since TEXT not null,
  primary key (programme_id, hash)
);
create table programme_delivery (
  programme_id INT not null references programme(id),
  organisation_id INT not null references member_organisation(id),
  since TEXT not null,
  primary key (programme_id, organisation_id)
);
create index programme_delivery_organisation on programme_delivery (organisation_id);

create table joining ( -- @person
  id KEY,
  public_id TEXT not null unique,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null,
  person INT references person(id),
  programme INT references programme(id),
  organisation INT references member_organisation(id),
  contract_hash TEXT,
  told TEXT,
  agreed_on TEXT,
  agreed_with INT references user_account(id),
  started_on TEXT,
  judged TEXT,
  ended_on TEXT,
  end_code TEXT
);
create index joining_person on joining (person);
create index joining_programme on joining (programme, organisation, started_on);
create index joining_organisation on joining (organisation);
create index joining_agreed_with on joining (agreed_with);

-- The state as lists need it, written by the same function in the same transaction.
create table joining_now ( -- @person
  joining_id INT primary key references joining(id),
  person_id INT not null,
  programme_id INT not null,
  organisation_id INT not null,
  state TEXT not null,
  since TEXT not null,
  started_on TEXT
);
create index joining_now_person on joining_now (person_id);
create index joining_now_state on joining_now (organisation_id, state, since, joining_id);
create index joining_now_programme on joining_now (programme_id, organisation_id, started_on);

-- Who saw which paper, when; no copy of it. What was seen and what was said are sealed under the class of the proof.
create table proof_fact ( -- @person
  id KEY,
  joining_id INT not null references joining(id),
  proof TEXT not null,            -- code of the contract
  what TEXT not null,             -- seen | asked | allowed | refused | mistake
  day TEXT not null,
  until TEXT,                     -- the paper's own last day
  by_user INT not null references user_account(id),
  seen BLOB,                      -- sealed: code of the paper, a line, what was said
  at TEXT not null
);
create index proof_fact_joining on proof_fact (joining_id, id);
create index proof_fact_by_user on proof_fact (by_user);

-- What was signed: the words exactly as they were shown, how they were signed, and the hash of each. Sealed, class outcomes.
create table signing ( -- @person
  id KEY,
  public_id TEXT not null unique,
  person_id INT not null references person(id),
  joining_id INT not null references joining(id),
  form TEXT not null,
  words BLOB not null,
  hash TEXT not null,
  way TEXT not null,              -- drawn | typed | spoken
  mark BLOB not null,
  mark_hash TEXT not null,
  signed_on TEXT not null,
  by_user INT not null references user_account(id),
  at TEXT not null
);
create index signing_joining on signing (joining_id, form);
create index signing_person on signing (person_id);
create index signing_by_user on signing (by_user);

-- Equality answers, apart from everything else: sealed under a key of their own class, reached by no page about a person.
create table equality_link ( -- @person
  id KEY,
  person_id INT not null references person(id),
  token_hash TEXT not null unique,
  made_by INT not null references user_account(id),
  made_at TEXT not null,
  until_at TEXT not null,
  used_at TEXT
);
create index equality_link_person on equality_link (person_id);
create index equality_link_made_by on equality_link (made_by);
create table equality_answer ( -- @person
  id KEY,
  person_id INT not null references person(id),
  wording TEXT not null,          -- "equality 1"
  question TEXT not null,
  answer BLOB not null,           -- sealed, class equality; "" = they would rather not say
  said_on TEXT not null,
  unique (person_id, wording, question)
);
