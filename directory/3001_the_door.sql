-- How to find the door of a place (directory/location.def).
alter table location add column the_door TEXT;
