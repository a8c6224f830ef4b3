/* messages: the one way anything leaves towards a person, and where their answers land.
 *
 * A message is asked for, never sent: messages_send decides from what is known of safe contact
 * (the safe way, their hours, a shared telephone, who hides, their language) whether it may go, by
 * which way, in which words and when, and either queues it in the caller's transaction or says in
 * words why not. The `soon` process decides again at the moment of sending, since what is safe may
 * have changed. No other folder may call a provider.
 *
 * What a lock screen shows may be read by somebody dangerous. So unless the person said otherwise
 * no message names a service, a purpose or a person, and for anyone with a safety note, a shared
 * telephone or a restricted record it is always the same few neutral words, whatever it is about
 * (PRACTICE 4, 7; SECURITY-REQUIREMENTS D3). */
#ifndef WAYMARK_MESSAGES_H
#define WAYMARK_MESSAGES_H
#include "people/people.h"

enum { MESSAGE_SMS_CHARACTERS_MAX = 160, MESSAGE_SMS_WIDE_MAX = 70, MESSAGE_EMAIL_MAX = 2000 };

/* Why nothing is sent. Order and names are kept in the database: add at the end only. */
enum message_refusal {
  MESSAGE_FINE,
  MESSAGE_DO_NOT_CONTACT,
  MESSAGE_IN_PERSON,
  MESSAGE_THROUGH_WORKER,
  MESSAGE_RING, /* the safe way is a call by a person */
  MESSAGE_POST, /* the safe way is a letter */
  MESSAGE_WAY_UNKNOWN,
  MESSAGE_NO_ADDRESS, /* no number that takes a text, or no e-mail address */
  MESSAGE_LANGUAGE,   /* there are no words in their language */
  MESSAGE_GUARDED,    /* own words for somebody who may only get the neutral ones */
  MESSAGE_REVEALS,    /* own words that name a service, a purpose or a person */
  MESSAGE_TOO_LONG,
  MESSAGE_TOO_LATE,   /* the first safe moment is after it is of use */
  MESSAGE_NEVER,      /* no hour of the week is safe */
  MESSAGE_CHANGED,    /* what is safe changed after it was written */
  MESSAGE_NOT_TAKEN,  /* the provider said no */
  MESSAGE_NO_ANSWER,  /* the provider did not answer, tried again and again */
  MESSAGE_NOT_THERE,  /* it left and did not arrive: no such number, mailbox full */
  MESSAGE_LIMITED,    /* how to reach them is kept but not to be used (UK GDPR Article 18) */
  MESSAGE_TAKEN_BACK, /* what it spoke of is no more */
  MESSAGE_REFUSALS
};

struct message_ask {
  int64_t person_id, by_user, organisation_id;
  const char *purpose; /* a code of packs/messages/purposes.csv: "talk", "appointment"... */
  struct str words;    /* the worker's own; "" = the purpose's */
  day_t day;           /* what the purpose's words may name; DAY_NONE and -1 = nothing */
  int minute;
  struct str link;     /* opens something for them; leaves only in open words. "" = none */
  instant_t not_after; /* of no use later; INSTANT_NONE = always */
  struct str once;     /* non-empty: asked for twice, it is one message */
};
struct message_answer {
  enum message_refusal refusal;
  struct str why;        /* refused: one sentence in the asker's language */
  struct str shown;      /* exactly what stands on their screen; also when the hour is later */
  const char *channel;   /* "sms", "email"; NULL when refused */
  bool guarded;          /* only the neutral words */
  instant_t when;        /* the first safe moment, now or later */
  struct uuid id;        /* of the queued message */
};
/* What would happen, without doing it. */
struct message_answer messages_preview(struct db *db, struct arena *a, int lang,
                                       const struct message_ask *ask, instant_t now);
/* Decides and queues, inside the caller's MAIN transaction; *result is its last write's. */
struct message_answer messages_send(struct db *db, struct arena *a, int lang,
                                    const struct message_ask *ask, instant_t now,
                                    enum db_result *result);
/* What was asked for under that `once` and has not left yet is not sent (a meeting that was moved).
 * Inside a MAIN transaction; nothing to take back is DB_OK. */
enum db_result messages_take_back(struct db *db, struct arena *a, struct str once, instant_t now);
/* For Today: what came in and nobody has read yet, from the people the asker carries or stands in
 * for, oldest first, each asked of the full predicate again. Names them to the audit. */
struct message_waiting {
  int64_t person_id;
  struct uuid person, message;
  struct str name;
  bool missed_call;
  instant_t came_at;
};
size_t messages_waiting(struct request *rq, struct message_waiting *out, size_t room);
/* What of the asker's organisation waits in the tray at /messages/tray. */
int64_t messages_in_tray(struct request *rq);
/* Messages of the people the asker carries that did not leave or arrive in the last `days`. */
int64_t messages_ended(struct request *rq, int days);

/* Takes what came in to an organisation's number: lands on the one person of this organisation
 * with that number, else in the tray. Inside a MAIN transaction. False: the number is none. */
struct message_came {
  int64_t organisation_id;
  struct str number, words, reference; /* reference: the provider's own, so that twice is once */
  bool missed_call;
};
bool messages_came(struct db *db, struct arena *a, const struct message_came *came, instant_t now,
                   enum db_result *result);

/* What the person sees of it on their own page, newest first: what reached them and what they
 * wrote there, to and from the organisations named for the page. */
struct own_message { bool in; struct str words, organisation; instant_t at; };
struct own_messages { struct own_message *p; size_t n; };
struct own_messages messages_own(struct db *db, struct arena *a, const struct own_scope *scope,
                                 size_t room);
/* What they write on their page lands where their texts land: unread, on their worker's Today.
 * once: the same press twice is one message. Inside a MAIN transaction. */
struct page_message { int64_t person_id, organisation_id; struct str words, once; };
enum db_result messages_from_page(struct db *db, struct arena *a, const struct page_message *m,
                                  instant_t now);

/* Which ways messages leave; once, before any fork; the strings outlive the program. sms: "outbox"
 * (kept here, shown at /outbox) or "notify"; email: "outbox", "smtp" or "notify". */
struct messages_settings {
  const char *sms, *email;
  const char *notify_url, *notify_key, *notify_sms_template, *notify_email_template;
  const char *smtp_url, *smtp_from, *smtp_user, *smtp_password;
  struct str place; /* who runs this, which no guarded message may name */
};
bool messages_use(const struct messages_settings *settings, struct why *why);

/* Does `text` hold one of the phrases, whole words, letters folded (utf8_fold)? Each phrase is one
 * or more words. Returns its index, or -1. Used for words that must not leave, and by safeguarding
 * for words that ask for a person. */
int phrase_in(struct arena *a, struct str text, const struct strs *phrases);

extern const struct domain messages_domain;
#endif
