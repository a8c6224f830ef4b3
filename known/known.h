/* known: is this person already known here? Records of one person, found without an unsealed shadow
 * of who people are, looked at by a person, and linked above the records; nothing is ever merged.
 *
 * Whoever asks is told only of people they may see anyway, each seen as far as their sight goes.
 * For everybody else (nobody, another's, somebody who hides) the answer is the same silence in the
 * same time. People who hide are never found by it: their keys do not exist (permission_list_keys),
 * and what was said of them here is forgotten when they go into hiding.
 *
 * Migrations: 6801-6899. */
#ifndef WAYMARK_KNOWN_H
#define WAYMARK_KNOWN_H
#include "people/part.h"

/* What is known of whoever is asked about; "" , DAY_NONE, NUMBER_NONE = not known. */
struct known_asked {
  struct str name, full_name, phone, email, postcode;
  day_t born_on;
  int64_t age;    /* when only that is known */
  day_t asked_on; /* the day the age was said; DAY_NONE without one */
};
struct known_asked known_asked_of(const struct person *p);
enum known_band {
  KNOWN_NOT,   /* never given to anyone */
  KNOWN_MAYBE, /* for a person to look at */
  KNOWN_LIKELY /* very likely one person; still a person's to say */
};
enum { KNOWN_HITS_MAX = 6 };
struct known_hit {
  struct person person; /* as far as the asker's sight goes */
  struct sight sight;
  enum known_band band;
  struct strs reasons; /* in words: "Telephone: same"; never a number alone */
};
/* Of the people the asker may see: those who may be the same person, likeliest first, at most
 * KNOWN_HITS_MAX; how many. Each is named to the audit (audit_shows). `but` is left out (0:
 * nobody). Only reads. For a referral, for somebody new, for a row of a file. */
size_t known_like(struct request *rq, const struct known_asked *asked, int64_t but,
                  struct known_hit hits[KNOWN_HITS_MAX]);
/* Only the likeliest of them, who alone is named to the audit: for a file of many rows. */
bool known_likeliest(struct request *rq, const struct known_asked *asked, struct known_hit *hit);
struct str known_band_words(enum language lang, enum known_band band);
/* The same as a box for a page; empty when nobody was found. View: known.html. */
struct markup known_box(struct request *rq, const struct known_asked *asked);
struct markup known_hits_box(struct request *rq, const struct known_hit *hits, size_t n);

/* Makes the keys of everybody again where they differ from what stands (after a restore, or when
 * what keys are made of has changed). Inside no transaction. Returns how many differed, -1 on
 * failure. The job "known_keys" does the same beside people at work. */
int64_t known_rebuild(struct db *db, struct arena *a);
extern const struct domain known_domain;
#endif
