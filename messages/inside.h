/* inside: what the files of this folder share and nobody else may use. */
#ifndef WAYMARK_MESSAGES_INSIDE_H
#define WAYMARK_MESSAGES_INSIDE_H
#include "messages/words.h"
#include "people/part.h"

enum { TRIES_MAX = 6, PERSON_NAME_LETTERS = 3, BODY_NAME_LETTERS = 6 };
extern const char MESSAGE_JOB[];

/* facts.c: what is known of how it is safe to be in touch with somebody, read for the send path. */
struct contact { struct safe_facts facts; struct person person; struct str through; };
bool safe_contact_read(struct db *db, struct arena *a, int64_t person_id, struct contact *out);
/* The newest row of safe_contact, as it is asked and shown. */
struct safe_said { bool shared_phone; struct str through; };
bool safe_said_read(struct db *db, struct arena *a, int64_t person_id, struct safe_said *out);
enum db_result safe_said_keep(struct db *db, struct arena *a, int64_t person_id,
                              const struct safe_said *s, int64_t by_user, instant_t now);

/* state.c: where a message stands, from its dated facts. */
struct message_facts {
  bool in, missed;
  instant_t not_before, sent_at, delivered_at, ended_at, read_at;
  enum message_refusal ended_why;
};
enum message_state {
  MESSAGE_WAITING, MESSAGE_SENT, MESSAGE_DELIVERED, MESSAGE_ENDED, MESSAGE_UNREAD, MESSAGE_READ
};
enum message_state message_state(const struct message_facts *f);
const struct message *message_refusal_words(enum message_refusal r);
const char *message_refusal_code(enum message_refusal r);
enum message_refusal message_refusal_of(struct str code);

/* queue.c: the row, the job, and what came back. */
enum db_result message_queue(struct db *db, struct arena *a, int64_t message_id, instant_t when,
                             instant_t now);
job_run message_job;
enum db_result message_delivered(struct db *db, struct arena *a, struct uuid id, struct str status,
                                 instant_t now);

/* tray.c */
int64_t inbox_organisation(struct db *db, struct arena *a, struct str token);
struct str inbox_token_make(struct db *db, struct arena *a, int64_t organisation_id, instant_t now);
/* What a provider posts, read. False: why says what is missing. Fuzzed. */
bool message_incoming_read(struct arena *a, struct str json, struct message_came *out,
                           struct why *why);
struct receipt { struct uuid id; struct str status; };
bool message_receipt_read(struct arena *a, struct str json, struct receipt *out, struct why *why);
/* Gives what lies in the tray to a person. */
enum db_result message_tray_give(struct db *db, struct arena *a, int64_t tray_id, int64_t person_id,
                         int64_t by_user, instant_t now);

handler messages_page, messages_post, messages_seen_post, messages_safe_page, messages_safe_post,
    messages_tray_page, messages_tray_find, messages_tray_post, messages_outbox_page,
    messages_in_api, messages_delivery_api;
void messages_card(struct request *rq, const struct person *p, struct sight sight);
int messages_command(int argc, char **argv);
enum db_result messages_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                              instant_t now);
bool messages_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                   struct why *why);
extern const struct messages_settings *messages_settings;
enum db_result messages_hide(struct db *db, struct arena *a, const struct veil *veil);
void messages_hold(struct held *h); /* hold.c */
#endif
