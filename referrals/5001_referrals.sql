-- Referrals: what somebody asked for, for whom; where it went; and what happened since, as dated facts.

-- Organisations that put people forward. An address is verified by somebody of ours before anything is ever sent back.
create table referral_partner (
  id KEY,
  public_id TEXT not null unique,
  name TEXT not null,
  route TEXT not null,                  -- code of referral_routes: gp, jobcentre, landlord, ...
  function INT not null,                -- enum function: referrer, or enforcement
  team_id INT not null,                 -- the team of ours that looks after it
  reply_to BLOB,                        -- sealed: the organisation's own address, never a person's
  verified_on TEXT,
  verified_by INT,
  made_by INT not null,
  made_at TEXT not null,
  ended_on TEXT
);
create index referral_partner_team on referral_partner (team_id, name, id);
-- A signed, dated way in: a link, a printed QR code, a card handed to residents, or a token for a program.
create table referral_link (
  id KEY,
  public_id TEXT not null unique,
  partner_id INT not null references referral_partner (id),
  kind TEXT not null,                   -- link | card | api
  expires_on TEXT not null,
  made_by INT not null,
  made_at TEXT not null,
  revoked_at TEXT
);
create index referral_link_partner on referral_link (partner_id, id);

-- Which team takes a service's referrals, where, and under which rule; the first that fits.
create table referral_route ( -- @exported
  id KEY,
  public_id TEXT not null unique,
  service_id INT not null,              -- a live service of the directory
  team_id INT not null,
  area_code TEXT not null,              -- an area of places; "" = everywhere
  rule TEXT not null,                   -- in the language of rules/README.md; "" = everyone
  place_in_line INT not null,
  answer_days INT not null,             -- working days until it should be accepted or declined
  contact_days INT not null,            -- working days from accepting to the first talk
  nation TEXT not null,                 -- whose bank holidays: england-and-wales | scotland | northern-ireland
  from_day TEXT not null,
  to_day TEXT
);
create index referral_route_service on referral_route (service_id, place_in_line, id);
create index referral_route_team on referral_route (team_id, service_id, id);

-- What was asked. Who it is about is sealed under a key of the referral's own (the person with the number -id), erased
-- when the person's own record begins or the referral is over.
create table referral ( -- @person
  id KEY,
  public_id TEXT not null unique,
  received_at TEXT not null,
  received_day TEXT not null,
  via TEXT not null,                    -- public | link | staff | file | api
  about TEXT not null,                  -- self | known | professional
  source TEXT not null,                 -- code of referral_routes
  heard TEXT,                           -- code of how_heard
  agreed TEXT not null,                 -- how they agreed: said | signed | pressed
  partner_id INT,
  sent_by INT,                          -- the user who sent it; null = nobody signed in
  sent_team INT,
  from_function INT not null,           -- enum function of whoever sent it; 0 = the public
  from_person INT,                      -- staff: the record it was sent from
  lead_user INT,                        -- the one lead worker when it went to several
  area_code TEXT,                       -- where they are, never smaller than a ward
  their_ref TEXT,                       -- the sender's own number for it; no name
  once TEXT unique,                     -- sent again: the same referral
  identity BLOB,                        -- name, age
  contact BLOB,                         -- telephone, e-mail, the safe way
  safety BLOB,                          -- when, and what to say
  words BLOB,                           -- what would help
  referrer BLOB,                        -- who sent it, when that is a person without an account
  phone_blind TEXT,                     -- null for somebody who hides
  email_blind TEXT,
  invented INT not null
);
create index referral_partner_sent on referral (partner_id, id);
create index referral_sent_by on referral (sent_by, id);
create index referral_from_person on referral (from_person, id);
create index referral_phone on referral (phone_blind);
create index referral_email on referral (email_blind);

-- Where it went: one leg a service. Each leg has its own facts, and its own record of the person once accepted.
create table referral_leg ( -- @person
  id KEY,
  public_id TEXT not null unique,
  referral_id INT not null references referral (id),
  team_id INT not null,
  service_id INT,
  service_name TEXT not null,
  person_id INT,                        -- here, since it was accepted
  hides INT not null,                   -- 1: hides from someone; only leads, and whoever sent it
  feedback TEXT,                        -- code of referral_feedback: what the person chose; null = not asked yet
  feedback_on TEXT,
  answer_days INT not null,
  contact_days INT not null,
  nation TEXT not null
);
create index referral_leg_referral on referral_leg (referral_id, id);
create index referral_leg_person on referral_leg (person_id, id);
create index referral_leg_team on referral_leg (team_id, id);

create table referral_fact ( -- @person
  id KEY,
  leg_id INT not null references referral_leg (id),
  kind TEXT not null,                   -- received opened waiting paused resumed accepted contacted handover met declined withdrawn
  day TEXT not null,                    -- the local day it is true from
  until_day TEXT,                       -- paused, waiting: look again on; handover: meet by
  reason TEXT,                          -- a code, never "failed to"
  follows TEXT,                         -- declined: what follows, a code
  by_whom TEXT not null,                -- team | person | referrer
  by_user INT,
  note BLOB,                            -- sealed, under the person's key, or the referral's
  said_at TEXT not null
);
create index referral_fact_leg on referral_fact (leg_id, id);

-- A warm handover: both workers and the person agreed a time; each sees the sheet the person read, and nothing else.
create table referral_handover ( -- @person
  id KEY,
  leg_id INT not null references referral_leg (id),
  from_user INT not null,
  to_user INT,
  meet_day TEXT not null,
  meet_minute INT not null,
  meet_by TEXT not null,                -- no meeting by then: back to the sender
  agreed TEXT not null,                 -- how the person agreed: said | signed | pressed
  sheet BLOB not null,                  -- sealed: what the person read
  made_at TEXT not null
);
create index referral_handover_leg on referral_handover (leg_id, id);

-- The projection lists filter on. Written by the same function as the pages ask, in the same transaction.
create table referral_now ( -- @person
  leg_id INT primary key,
  team_id INT not null,
  state TEXT not null,
  over INT not null,                    -- 1: nothing more is waited for
  since TEXT not null,
  received TEXT not null,
  due TEXT not null,                    -- 9999-12-31: no clock runs
  changes TEXT not null,                -- the day dates alone change the state; 9999-12-31: none
  person_id INT
);
create index referral_now_team on referral_now (team_id, over, due, leg_id);
create index referral_now_changes on referral_now (changes, leg_id);
