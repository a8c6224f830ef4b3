/* inside: what the files of this folder share and nobody else may use. */
#ifndef WAYMARK_REFERRALS_INSIDE_H
#define WAYMARK_REFERRALS_INSIDE_H
#include "people/part.h"
#include "referrals/referrals.h"

/* ---- store.c ---- */

/* A leg with what its referral says of itself; nothing of who it is about. */
struct leg {
  int64_t id, referral_id, team_id, service_id, person_id;
  struct uuid public_id, referral_public_id;
  struct str service, feedback, via, about, source, heard, agreed, their_ref, area_code;
  bool hides;
  day_t received, feedback_on;
  struct referral_clock clock;
  int64_t partner_id, sent_by, sent_team, from_person, lead_user;
  enum function from_function;
};
/* The columns leg_of reads, in its order. A macro, so that every statement stays one literal. */
#define LEG_COLUMNS                                                                                \
  "g.id, g.referral_id, g.team_id, g.service_id, g.person_id, g.public_id, r.public_id, "          \
  "g.service_name, g.feedback, r.via, r.about, r.source, r.heard, r.agreed, r.their_ref, "         \
  "r.area_code, g.hides, r.received_day, g.feedback_on, g.answer_days, g.contact_days, g.nation, " \
  "r.partner_id, r.sent_by, r.sent_team, r.from_person, r.lead_user, r.from_function "
struct leg leg_of(struct rows *r);
bool leg_load(struct db *db, struct arena *a, int64_t id, struct leg *out);
struct referral_facts leg_facts(struct db *db, struct arena *a, int64_t leg_id);
/* Of many by one statement. */
void legs_facts(struct db *db, struct arena *a, const int64_t *legs, size_t n,
                struct referral_facts *out);
struct referral_standing leg_standing(struct db *db, struct arena *a, const struct leg *g,
                                      day_t day);
/* Who it is about, opened; all "" once the referral was forgotten. */
struct sheet {
  struct str name, phone, email, safe_way, safe_note, words, referrer;
  int64_t age; /* NUMBER_NONE = not said */
};
bool sheet_open(struct db *db, struct arena *a, int64_t referral_id, struct sheet *out);
/* The person a leg's sealed words belong to: themselves once they are here, else the referral. */
int64_t leg_person(const struct leg *g);
enum db_result now_write(struct db *db, struct arena *a, int64_t leg_id, day_t today);

/* ---- sight.c ---- */

enum { INBOX_ROLES = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER,
       LEAD_ROLES = ROLE_TEAM_LEAD | ROLE_MANAGER };
enum side { SIDE_NONE, SIDE_TEAM, SIDE_SENDER };
/* How the actor stands to a leg. SIDE_TEAM: it came to their team (and, once there is a record,
 * they may see that person). SIDE_SENDER: sent from a record they may see. */
enum side leg_side(struct request *rq, const struct leg *g);
/* The leg of the route's {id}, named to the audit. False: not theirs, or none: the reply is the
 * same "not found". */
bool leg_open(struct request *rq, struct leg *out, enum side *side);
/* Whom a leg is about, for the audit: the person, else the referral's own number, negative. */
void leg_shown(struct request *rq, const struct leg *g, uint32_t classes);
/* What a sender may know of it: everything a support team decided before the first talk; after
 * it, what the person chose. */
bool sender_knows_end(const struct leg *g);

/* ---- link.c: signed, dated ways in ---- */

struct partner {
  int64_t id, team_id;
  struct uuid public_id;
  struct str name, route;
  enum function function;
  day_t verified_on, ended_on;
};
bool partner_load(struct db *db, struct arena *a, int64_t id, struct partner *out);
struct link { int64_t id; struct str kind; struct partner partner; day_t expires; };
/* The word that goes into an address: what it is, when it ends, and a mark only we can make. */
struct str link_token(struct arena *a, struct uuid public_id, day_t expires);
/* False: not one of ours, out of date, revoked, or its partner has ended. */
bool link_read(struct db *db, struct arena *a, struct str token, const char *kind, day_t today,
               struct link *out);
int64_t partner_add(struct db *db, struct arena *a, const struct partner *p, int64_t by_user,
                    instant_t now);
int64_t link_add(struct db *db, struct arena *a, int64_t partner_id, const char *kind,
                 day_t expires, int64_t by_user, instant_t now);
void card_count(struct db *db, struct arena *a, int64_t link_id, bool sent, day_t today);
/* A QR code (ISO/IEC 18004, level M) as paths of an SVG, with its quiet zone; the view draws it. */
struct ref_qr { struct str box, ground, dark; }; /* dark "" = there is none */
bool qr_make(struct arena *a, struct str words, struct ref_qr *out);

/* ---- match.c: eligibility and places, before any question ---- */

struct matches;
struct match { struct str id, name, provider, why, ask, wait; struct referral_to to; bool full; };
struct matches {
  struct { struct match *p; size_t n; } list;
  struct { struct match *p; size_t n; } nearest;  /* other help, when none can take a referral */
  struct str area_code, place;
  int64_t age;
  struct str fault_field, fault;                   /* "" = the answers could be read */
};
/* Reads place, age and status from the form, judges every service that takes referrals here, and
 * counts a gap when none fits (`count`). False: faults, or the directory cannot be read. */
bool match_find(struct request *rq, bool count, struct matches *out);
const struct match *match_named(const struct matches *m, struct str id);
bool match_person(struct request *rq, const struct person *p, struct matches *out);

bool referrals_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now,
                    struct progress *p, struct why *why);
int referrals_doctor(struct db *db, struct arena *a, instant_t now, struct buf *out);

handler refer_page, refer_ask, refer_send, refer_thanks, refer_offer, refer_link_page,
    refer_form_page, refer_card_page, refer_api;
handler inbox_page, leg_page, leg_post, letter_page, sent_page, received_page;
handler partners_page, partners_post, partner_page, partner_post, upload_page, upload_post,
    routes_post, link_post;
handler person_referrals_page, person_referrals_post;
void person_referrals_card(struct request *rq, const struct person *p, struct sight sight);
void person_referrals_next(struct request *rq, const int64_t *people, struct person_next *out,
                           size_t n);
enum db_result person_referrals_erase(struct db *db, struct arena *a, int64_t person_id,
                                      uint32_t classes, instant_t now);
void referrals_hold(struct held *h); /* hold.c */
enum db_result referrals_hide(struct db *db, struct arena *a, const struct veil *veil);
#endif
