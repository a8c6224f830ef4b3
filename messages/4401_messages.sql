-- Messages to and from people, and what is known of when and how it is safe to write. Each is a row of dated facts;
-- where it stands is computed from them (messages/state.c).

-- What the record does not say of being in touch (people/person.def says way, hours, words): whether somebody else may
-- pick up, and through whom. Dated; the newest row counts.
create table safe_contact ( -- @person
  id KEY,
  person_id INT not null,
  shared_phone INT not null,            -- 1: somebody else may pick it up or read it
  through BLOB,                         -- sealed, class contact: the worker through whom
  asked_by INT not null,
  said_at TEXT not null
);
create index safe_contact_person on safe_contact (person_id, id);

create table message ( -- @person
  id KEY,
  public_id TEXT not null unique,
  person_id INT not null,
  organisation_id INT not null,
  direction TEXT not null,              -- out | in | missed (a call nobody took)
  channel TEXT not null,                -- sms | email
  purpose TEXT not null,                -- a code of packs/messages/purposes.csv; "" for what came in
  level INT not null,                   -- how much its words may say, when they were written (messages/decide.h)
  own_words INT not null,               -- 1: written by the worker
  words BLOB,                           -- sealed, class contacts
  address BLOB,                         -- sealed, class contact: where it went or came from
  by_user INT,
  once TEXT unique,                     -- the same asked for twice is one message
  added_at TEXT not null,
  not_before TEXT not null,             -- the first moment that is safe for them
  not_after TEXT,                       -- of no use later (the appointment it speaks of)
  tries INT not null default 0,
  tried_at TEXT,                        -- a provider was asked and had not answered yet
  sent_at TEXT,
  provider TEXT,
  provider_ref TEXT unique,
  delivered_at TEXT,
  ended_at TEXT,                        -- it will not be sent, or did not arrive
  ended_why TEXT,                       -- a code
  read_at TEXT,                         -- in, missed: a worker has seen it
  read_by INT
);
create index message_person on message (person_id, id);
create index message_unread on message (direction, read_at, person_id);

-- What came in and cannot be given to one person for certain: number unknown, or more than one person's. Nothing is
-- guessed: a worker says whose it is.
create table message_tray (
  id KEY,
  public_id TEXT not null unique,
  organisation_id INT not null,
  direction TEXT not null,              -- in | missed
  address BLOB not null,                -- sealed for the installation: whose it is is not known
  words BLOB,
  came_at TEXT not null,
  provider_ref TEXT unique,
  settled_at TEXT,
  settled_by INT,
  settled_how TEXT                      -- person | nobody
);
create index message_tray_waiting on message_tray (organisation_id, settled_at, id);

-- Who may bring replies and missed calls: one token an organisation, kept as its hash.
create table message_inbox (
  id KEY,
  organisation_id INT not null,
  token_hash TEXT not null unique,
  made_at TEXT not null,
  ended_at TEXT
);
