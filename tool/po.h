/* po: reading a gettext .po catalogue and judging its translations. Used by poc (to compile it) and
 * lintc (to count). */
#ifndef WAYMARK_PO_H
#define WAYMARK_PO_H
#include "base/base.h"
#include "words/words.h"

enum { PO_BYTES_MAX = 8 << 20, PO_MESSAGE_BYTES_MAX = 8000 };
struct po_entry {
  struct str id, id_plural;
  struct str form[PLURAL_COUNT];  /* msgstr[i] in the file's order; form[0] is msgstr */
  int forms, line;
  bool fuzzy;                     /* marked "#, fuzzy": kept for the translator, not used */
};
struct po { struct po_entry *p; size_t n; };

/* Reads the file. Entries come in its order, without the header. Refused with name:line: bad
 * quotes, a msgid twice, forms out of order, anything that is no line of a .po file. */
bool po_read(struct arena *a, struct str name, struct str text, struct po *out, struct why *why);
/* Is the entry a whole and safe translation? Every slot and element of the English stands in it,
 * once for elements, and elements close in order; nothing is invented; all forms are there. Empty
 * msgstr is "not translated yet": *empty. */
bool po_sound(struct arena *a, enum language lang, struct str name, const struct po_entry *e,
              bool *empty, struct why *why);
#endif
