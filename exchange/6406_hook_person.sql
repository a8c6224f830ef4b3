-- What programs were told of one person goes when they go into hiding (exchange/hide.c).
create index hook_delivery_person on hook_delivery (person_id);
