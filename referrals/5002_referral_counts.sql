-- @store work
-- Cards handed to residents: how often one was opened and led to a referral, by month. Nothing else: no person, no time.
create table referral_card_count (
  month TEXT not null,                 -- "2026-11"
  link_id INT not null,
  opened INT not null,
  sent INT not null,
  primary key (month, link_id)
);
