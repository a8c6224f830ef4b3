-- How many people are supported, as sums of the last night that may be told: under ten is held back before it is kept, so
-- that nothing here says anything of one person.
create table supported_sum (
  kind TEXT not null,                   -- ward, way, status, all
  code TEXT not null,                   -- of area, referral_routes, statuses; "" = not known
  people INT,                           -- rounded to five; null = held back
  primary key (kind, code)
);
create table supported_state (
  id INT primary key,
  made_on TEXT not null
);
