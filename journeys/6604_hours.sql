-- When a nursery takes children, as its file says; null = not said. Minutes after midnight.
alter table reach_target add column opens INT;
alter table reach_target add column closes INT;
