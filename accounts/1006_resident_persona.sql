-- What a resident of the demo place brings, for the page of personas; null for everybody real.
alter table resident_access add column does TEXT;
create index resident_access_does on resident_access (does) where does is not null;
