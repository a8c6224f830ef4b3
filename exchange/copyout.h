/* copyout: mapping files of outside systems that must be keyed by hand: their screens in their
 * order, each field with what stands here (PRACTICE 11). Data: the files of packs/copyout, each
 * dated and versioned, with a labelled example. */
#ifndef WAYMARK_EXCHANGE_COPYOUT_H
#define WAYMARK_EXCHANGE_COPYOUT_H
#include "people/people.h"

enum { COPY_FIELDS_MAX = 200 };
struct copy_field { struct str screen, label, format, example; const struct field *source; };
struct copy_system {
  struct str code, name, version;
  day_t dated;
  struct { struct copy_field *p; size_t n; } fields;
};
struct copy_systems { struct copy_system *p; size_t n; };
/* Reads a mapping file. False with a sentence naming the line. A field of class safety or free text
 * about health or convictions is refused: it is never keyed elsewhere. */
bool copyout_parse(struct arena *a, struct str csv_text, struct copy_system *out, struct why *why);
struct copy_systems copyout_systems(struct arena *a); /* those built in */
/* What is to be keyed, in the system's own form; "" when it is not known or may not be seen. */
struct str copyout_value(struct arena *a, const struct copy_field *f, const struct person *p);
#endif
