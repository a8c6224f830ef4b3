/* feed: reading a directory somebody else keeps. Private to directory/.
 *
 * oruk_read.c turns one JSON record (3.0 or 1.0, with the habits of real feeds) into our records;
 * oruk_import.c walks a feed as a job. Nothing is trusted: text loses its markup, impossible values
 * are not known, ids need not be UUIDs, unknown fields are kept raw and shown to nobody. */
#ifndef WAYMARK_DIRECTORY_FEED_H
#define WAYMARK_DIRECTORY_FEED_H
#include <jansson.h>
#include "directory/inside.h"

enum { FEED_RECORD_BYTES_MAX = 4 << 20, FEED_PAGE_BYTES_MAX = 16 << 20, FEED_CHILDREN_MAX = 200 };
struct feed_reading {
  struct db *db;
  struct arena *a;        /* one record */
  const struct feed *feed;
  instant_t now;
  day_t today;
};
/* Writes one service with its organisation, places, times and the rest, inside the caller's
 * transaction. *service gets its id. false: `why` says what is wrong with the record itself (it is
 * skipped); a database failure is left to the commit. */
bool feed_take_service(struct feed_reading *r, const json_t *record, int64_t *service,
                       struct why *why);
/* The record as text with sorted keys, for hashing and keeping; "" when it is too large. */
struct str feed_canonical(struct arena *a, const json_t *record);
/* Text without tags and entities, tidied; lines kept. */
struct str feed_plain(struct arena *a, struct str html);
/* Is this a mailbox or desk of the organisation, rather than a person's own? Careful: a doubtful
 * one is a person's. */
bool feed_shared_mailbox(struct arena *a, struct str email);
bool feed_shared_desk(struct arena *a, struct str name);
/* A page of a list: its items and what it says of itself, whichever of the two envelopes it wears.
 */
struct feed_page { const json_t *items; int64_t total, pages; bool last, known; };
bool feed_page_read(const json_t *page, struct feed_page *out);
job_run oruk_import;
#endif
