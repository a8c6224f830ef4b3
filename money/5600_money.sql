-- Flexible funds and what is spent from them (PRACTICE 10).
create table fund (
  id KEY,
  public_id TEXT not null unique,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null,
  name TEXT,
  organisation INT references member_organisation(id),
  payer TEXT,
  purpose TEXT,
  total INT,
  starts TEXT,
  ends TEXT,
  question TEXT,
  worker_limit INT,
  day_limit INT,
  person_limit INT,
  repeat_days INT
);
create index fund_organisation on fund (organisation);

-- What of a fund is spoken for. Changed only by one statement that looks and takes at once, so that two people cannot
-- spend the last pound; compared with the shares by doctor.
create table fund_now (
  fund_id INT primary key references fund(id),
  committed INT not null
);
-- Which teams may spend from it.
create table fund_team (
  fund_id INT not null references fund(id),
  team_id INT not null references team(id),
  primary key (fund_id, team_id)
);
create index fund_team_team on fund_team (team_id);

create table spend ( -- @person
  id KEY,
  public_id TEXT not null unique,
  created_at TEXT not null,
  changed_at TEXT not null,
  version INT not null,
  person INT references person(id),
  item BLOB,
  amount INT,
  means TEXT,
  fund INT references fund(id),
  question_met INT,
  second_fund INT references fund(id),
  second_amount INT,
  relative INT,
  barrier BLOB,
  words BLOB,
  payee BLOB,
  followed BLOB,
  asked_by INT,
  asked_on TEXT
);
create index spend_person on spend (person);
create index spend_fund on spend (fund);
create index spend_second_fund on spend (second_fund);
create index spend_asked_by on spend (asked_by, asked_on);

-- What happened, when, by whom. The state is a function of these (state.c).
create table spend_fact ( -- @person
  id KEY,
  spend_id INT not null references spend(id),
  what TEXT not null,           -- asked | allowed | refused | bought | delivered | receipted | no_receipt | reconciled | cancelled
  day TEXT not null,
  by_user INT,                  -- null: within the worker's own limits, no second person was needed
  pence INT,                    -- bought: what it really cost
  note BLOB,                    -- sealed, class finance
  at TEXT not null
);
create index spend_fact_spend on spend_fact (spend_id, id);

-- The state as lists need it, written by the same function in the same transaction.
create table spend_now ( -- @person
  spend_id INT primary key references spend(id),
  person_id INT not null,
  state TEXT not null,
  since TEXT not null
);
create index spend_now_state on spend_now (state, since, spend_id);
create index spend_now_person on spend_now (person_id);

create table spend_share ( -- @person
  spend_id INT not null references spend(id),
  fund_id INT not null references fund(id),
  pence INT not null,
  primary key (spend_id, fund_id)
);
create index spend_share_fund on spend_share (fund_id);

-- Counts of what money was for, tied to nobody.
create table spend_count (
  fund_id INT not null references fund(id),
  month TEXT not null,          -- first day
  item TEXT not null,
  barrier TEXT not null,        -- "" = not said
  spends INT not null,
  pence INT not null,
  primary key (fund_id, month, item, barrier)
);

-- A picture or PDF of a receipt, sealed under the person's own key, class finance.
create table receipt ( -- @person
  id KEY,
  public_id TEXT not null unique,
  spend_id INT not null references spend(id),
  type TEXT not null,
  bytes BLOB not null,
  added_by INT not null,
  at TEXT not null
);
create index receipt_spend on receipt (spend_id);

-- Vouchers and travel codes in stock: each is used once. The code is sealed under the installation's own key.
create table voucher (
  id KEY,
  public_id TEXT not null unique,
  fund_id INT not null references fund(id),
  name TEXT not null,
  code BLOB not null,
  pence INT not null,
  expires TEXT,
  spend_id INT unique references spend(id),
  added_by INT not null,
  at TEXT not null
);
create index voucher_fund on voucher (fund_id, spend_id);

-- Lines of a bank or card statement, to be matched with spends.
create table statement_line (
  id KEY,
  public_id TEXT not null unique,
  fund_id INT not null references fund(id),
  day TEXT not null,
  words TEXT not null,
  pence INT not null,
  nth INT not null,             -- the same line twice on one statement is two lines
  spend_id INT unique references spend(id),
  added_by INT not null,
  at TEXT not null,
  unique (fund_id, day, words, pence, nth)
);
