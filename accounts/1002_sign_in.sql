-- @store work
-- Failed sign-ins, to refuse the 11th guess in five minutes (SECURITY 6.3.1). Who is a fingerprint of the name typed or of
-- the address; rows older than an hour are swept.
create table sign_in_guess (
  id KEY,
  who TEXT not null,
  at INT not null                       -- microseconds since 1970, UTC
);
create index sign_in_guess_who on sign_in_guess (who, at);
