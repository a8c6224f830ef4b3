-- Records that may be, or are said to be, one person's. "Link", never "merge": no person's record is changed by any of this.

-- Two records that look alike, or of which somebody said something. person_a is the lower number.
create table known_pair ( -- @person
  id KEY,
  public_id TEXT not null unique,
  person_a INT not null,
  person_b INT not null,
  weight REAL not null,                 -- log2 of the odds when it was found; weighed again for each page
  state TEXT not null,                  -- waiting | later | same | different
  found_at TEXT not null,
  changed_at TEXT not null,
  invented INT not null,
  unique (person_a, person_b)
);
create index known_pair_b on known_pair (person_b, person_a);
create index known_pair_state on known_pair (state, weight, id);

-- What was said of a pair, each time; the newest counts. undone: the word before it is taken back.
create table known_decision ( -- @person
  id KEY,
  public_id TEXT not null unique,
  pair_id INT not null references known_pair (id),
  what TEXT not null,                   -- same | different | later | undone
  reason TEXT not null,                 -- a code of known_reasons
  note BLOB,                            -- sealed under the key of person_a, class identity
  by_user INT not null,
  at TEXT not null
);
create index known_decision_pair on known_decision (pair_id, id);

-- Who people are above their records. A number is never used for anybody else; a joined one leads to the one it joined.
create table known_identity (
  id KEY,
  public_id TEXT not null unique,
  made_at TEXT not null,
  joined_to INT
);
create table known_member ( -- @person
  person_id INT primary key,
  identity_id INT not null references known_identity (id)
);
create index known_member_identity on known_member (identity_id, person_id);
create table known_member_history ( -- @person
  id KEY,
  person_id INT not null,
  before INT,                           -- identity; null = none
  after INT,
  by_user INT not null,
  at TEXT not null
);
create index known_member_history_person on known_member_history (person_id, id);

-- How many people a word stands in the name of, so that a rare name says more; '' is how many people there are. Counted again
-- with each search; people who hide are not in it.
create table known_word (
  word TEXT primary key,
  people INT not null
);

-- Looking for pairs among everyone: the room of keys in parts, taken as jobs by any number of processes.
create table known_search (
  id KEY,
  public_id TEXT not null unique,
  began_at TEXT not null,
  began_by INT not null,
  stopped_at TEXT,                      -- null while it may go on
  ended_at TEXT
);
create table known_part (
  search_id INT not null references known_search (id),
  part INT not null,
  from_key INT not null,
  to_key INT not null,                  -- the last key of it
  after_key INT not null,               -- done up to and with this key
  looked INT not null,                  -- people compared with somebody
  found INT not null,                   -- pairs
  left_out INT not null,                -- keys that too many people share
  ended_at TEXT,
  primary key (search_id, part)
);
