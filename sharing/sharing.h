/* sharing: the pages on which agreements, choices and their exceptions are kept: what a person
 * allows, who looked, opening a record in an emergency and its review, covers, guests in the room,
 * notices that compel, and what a contract obliges to be sent. permission/ decides; this asks. */
#ifndef WAYMARK_SHARING_H
#define WAYMARK_SHARING_H
#include "people/people.h"

/* A declared return: the only way a contract may have personal data sent (PRACTICE 1). */
struct returned_field { struct str field, words; };
struct declared_return {
  struct str code, name, goes_to, why;
  struct { struct returned_field *p; size_t n; } fields;
};
struct declared_returns { struct declared_return *p; size_t n; };
/* Reads a pack's CSV (code, name, goes_to, why, field, words; one line a field). False with a
 * sentence for a field that is not one of ours, or may never be declared. */
bool returns_parse(struct arena *a, struct str csv_text, struct declared_returns *out,
                   struct why *why);
/* May "record.field" ever stand in a return? Attendance, decline, notes, assessment, what was said,
 * reasons for leaving, anything of health, offences, safety, equality or free text may not. */
bool return_field_allowed(struct str field, struct why *why);
/* Reads and keeps them, inside a MAIN transaction: for the packs of a domain whose records they
 * name. */
bool returns_keep(struct db *db, struct arena *a, struct str csv_text, struct why *why);
struct declared_returns returns_known(struct db *db, struct arena *a);
extern const struct domain sharing_domain;
#endif
