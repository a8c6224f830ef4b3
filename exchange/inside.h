/* inside: what the files of this folder share and nobody else may use. */
#ifndef WAYMARK_EXCHANGE_INSIDE_H
#define WAYMARK_EXCHANGE_INSIDE_H
#include "people/part.h"
#include "programme/programme.h"
#include "exchange/exchange.h"
#include "exchange/sheet.h"

enum {
  IMPORTERS = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER,
  ALIKE_MAX = 100, /* rows asked about at once: each names somebody known */
  ALL_CLASSES = (1 << CLASS_COUNT) - 1
};
/* Faults that only this folder's own test builds switch on (base/planted.h has the rest). */
enum {
  PLANTED_PHONE_JOINS = 641, /* two people with one telephone become one */
  PLANTED_TELLS_ALL,         /* a row is compared with everybody, seen or not */
  PLANTED_UNDO_ALL,          /* undo takes what was worked on since */
  PLANTED_TWICE,             /* a call sent twice is done twice */
  PLANTED_HOOK_NAMES,        /* an event about whoever hides leaves */
  PLANTED_NO_BASIS           /* people leave without a declared basis */
};

struct batch {
  int64_t id, organisation_id, team_id, user_id, people, job_id;
  struct uuid public_id;
  struct str state, file, shape, targets, safe_way;
  instant_t made_at, ended_at;
};
/* import.c */
bool batch_load(struct db *db, struct arena *a, struct uuid public_id, struct batch *out);
bool batch_load_id(struct db *db, struct arena *a, int64_t id, struct batch *out);
enum db_result batch_plan(struct db *db, struct arena *a, const struct batch *b,
                          const struct sheet_plan *plan, instant_t now);
void plan_of(const struct batch *b, const struct sheet *s, struct sheet_plan *out);
struct str plan_text(struct arena *a, const struct sheet_plan *plan);
bool batch_sheet(struct arena *a, const struct batch *b, struct sheet *out, struct why *why);
/* What was answered about a row: -1 nothing, 0 another person, else the person. */
int64_t batch_choice(struct db *db, const struct batch *b, int64_t line);
enum db_result batch_choose(struct db *db, const struct batch *b, int64_t line, int64_t person_id);
enum db_result batch_start(struct db *db, struct arena *a, const struct batch *b, bool undo,
                           instant_t now);
job_run import_job, import_undo_job;
/* undo.c: can what the batch made of somebody be taken away, or did somebody work on it since? */
struct made { int64_t id, line, person_id, contact_id, version; };
struct mades { struct made *p; size_t n; };
struct mades batch_made(struct db *db, struct arena *a, int64_t batch_id);
bool made_touched(struct db *db, struct arena *a, const struct batch *b, const struct made *m);

handler import_list_page, import_upload, import_page, import_post, import_undo_page,
    import_undo_post;
/* api.c */
handler api_description, api_person_new, api_contact_new, api_appointment_new, api_step_end,
    api_outcome_new, api_outcome_change;
/* hook.c */
struct hook_kind { const char *code; const struct message *label; const char *record, *what;
                   uint32_t class_bit; };
extern const struct hook_kind hook_kinds[];
extern const size_t hook_kinds_n;
struct new_hook { struct str url; int64_t organisation_id, user_id, made_by, kinds; };
/* Inside a MAIN transaction. False with a sentence. */
bool hook_add(struct db *db, struct arena *a, const struct new_hook *h, instant_t now,
              struct str *secret, struct why *why);
/* "t=SECONDS,v1=HEX": HMAC-SHA256 of "SECONDS.BODY" under the secret's text. */
struct str hook_signature(struct arena *a, struct str secret, instant_t at, struct str body);
/* Looks at what changed since, and queues what is to be told. tend: at most once a second. */
void hooks_look(struct db *db, instant_t now);
void hooks_tend(struct db *db, instant_t now);
job_run hook_job;
handler hooks_page, hooks_post, hook_page, hook_post;
/* copy_pages.c, export_pages.c */
handler copy_list_page, copy_page, copy_post, export_page, export_post, export_take, export_read;
job_run export_job, export_read_job;
enum db_result copy_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                          instant_t now);
bool exchange_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now,
                   struct progress *p, struct why *why);
enum db_result exchange_hide(struct db *db, struct arena *a, const struct veil *veil);
#endif
