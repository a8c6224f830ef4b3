/* inside: what the files of this folder share and nobody else may use. */
#ifndef WAYMARK_MONEY_INSIDE_H
#define WAYMARK_MONEY_INSIDE_H
#include "money/money.h"
#include "people/part.h"

enum {
  MONEY_FUNDS_MAX = 200,
  RECEIPT_BYTES_MAX = 4 << 20,
  STATEMENT_LINES_MAX = 5000,
  STATEMENT_DAYS = 10 /* a line may stand this many days after the spend, or two before */
};

struct spend_facts money_facts(struct db *db, struct arena *a, int64_t spend_id);
/* The pence its funds still hold for it. */
int64_t money_cost(struct db *db, int64_t spend_id);
bool money_seal_note(struct db *db, struct arena *a, int64_t person_id, struct str note,
                     instant_t now, struct db_value *out);
struct str money_open_note(struct db *db, struct arena *a, int64_t person_id, struct str sealed);
/* Writes one fact and the state that follows. by_user 0 = nobody, within the worker's own limits.
 */
enum db_result money_fact(struct db *db, struct arena *a, const struct spend *s, const char *what,
                          int64_t by_user, int64_t pence, struct str note, instant_t now);

/* A line of a statement and the spend it may be (statement.c; reading and matching are pure). */
struct line { day_t day; struct str words; int64_t pence, nth; };
struct lines { struct line *p; size_t n; };
/* Reads a CSV with a day, words and an amount, by the names banks give them; every line that cannot
 * be read is counted in *bad and the first is said in why. False: it is no statement at all. */
bool statement_read(struct arena *a, struct str csv, struct lines *out, size_t *bad,
                    struct why *why);
/* How well a spend of `pence` bought on `day` fits a line: 0 = not, more is better. */
int statement_fit(const struct line *l, int64_t pence, day_t bought);

handler money_page, money_fund_page, money_fund_edit_page, money_fund_save, money_voucher_post,
    money_statement_post, money_match_post;
handler money_person_page, money_person_api, money_new_page, money_new_post,
    money_spend_page, money_step_post, money_followed_post, money_receipt_post, money_receipt_get;
enum db_result money_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                           instant_t now);
bool money_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                struct why *why);
enum db_result money_hide(struct db *db, struct arena *a, const struct veil *veil);
void money_hold(struct held *h); /* hold.c */
#endif
