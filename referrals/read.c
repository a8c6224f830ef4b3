/* read: what somebody gave, from a form, a file's row or a program's call: one reader, the same
 * sentences. */
#include "referrals/read.h"
#include "web/page.h"

static struct str said(struct arena *a, const struct given *g, const char *name) {
  return utf8_mend(a, str_trim(g->value(g->from, name)));
}

static void fault(struct read_faults *f, const char *field, struct str sentence) {
  if (f->n < countof(f->p)) f->p[f->n++] = (struct read_fault){field, sentence};
}

struct str read_fault_of(const struct read_faults *f, const char *field) {
  for (size_t i = 0; f && i < f->n; i++)
    if (strcmp(f->p[i].field, field) == 0) return f->p[i].sentence;
  return (struct str){0};
}

/* One box for either: whatever has an @ is an e-mail address. */
static void read_reach(struct arena *a, const struct given *g, enum language lang,
                       struct referral_new *out, struct read_faults *f) {
  struct str reach = said(a, g, "reach"), phone = said(a, g, "phone"), email = said(a, g, "email");
  if (reach.n && str_find_byte(reach, '@') < reach.n) email = reach;
  else if (reach.n) phone = reach;
  if (phone.n && !phone_tidy(a, phone, &out->phone))
    fault(f, "reach", words_of(lang, T("Check the number: it needs 10 or 11 digits.")));
  if (email.n && !email_tidy(a, email, &out->email))
    fault(f, "reach",
          words_of(lang, T("Check the e-mail address: it needs a name, @ and a place.")));
}

static void read_way(struct arena *a, const struct given *g, enum language lang,
                     struct referral_new *out, struct read_faults *f) {
  const struct code *way = code_find_said(a, code_list("safe_ways"), said(a, g, "safe_way"));
  if (!way) {
    fault(f, "safe_way", words_of(lang, T("Choose the way that is safe.")));
    return;
  }
  out->safe_way = way->code;
  bool by_phone = str_eq(way->code, S("phone")) || str_eq(way->code, S("text"));
  if (read_fault_of(f, "reach").n) return;
  if (by_phone && !out->phone.n)
    fault(f, "reach", words_of(lang, T("Give a telephone number, or choose another way.")));
  if (str_eq(way->code, S("email")) && !out->email.n)
    fault(f, "reach", words_of(lang, T("Give an e-mail address, or choose another way.")));
}

static void read_agreed(struct arena *a, const struct given *g, enum language lang,
                        struct referral_new *out, struct read_faults *f) {
  const struct code *agreed = code_find_said(a, code_list("referral_agreed"), said(a, g, "agreed"));
  if (strcmp(out->about, "self") == 0) out->agreed = S("pressed");
  else if (agreed) out->agreed = agreed->code;
  else
    fault(f, "agreed",
          words_of(lang,
                   T("Ask them first, then say how they agreed. Without a yes, nothing is sent.")));
}

bool referral_read(struct arena *a, const struct given *g, enum language lang,
                   struct referral_new *out, struct read_faults *f) {
  f->n = 0;
  out->name = said(a, g, "name"), out->age = NUMBER_NONE;
  if (!out->name.n)
    fault(f, "name", words_of(lang, T("Give a name to use. A first name is enough.")));
  if (utf8_count(out->name) > REFERRAL_NAME_MAX)
    fault(f, "name", words_of(lang, T("That name is too long for us to keep. Use a shorter one.")));
  read_reach(a, g, lang, out, f);
  read_way(a, g, lang, out, f);
  read_agreed(a, g, lang, out, f);
  out->safe_note = utf8_head(said(a, g, "safe_note"), REFERRAL_WORDS_MAX);
  out->words = utf8_head(said(a, g, "words"), REFERRAL_WORDS_MAX);
  out->referrer = utf8_head(said(a, g, "referrer"), REFERRAL_NAME_MAX);
  out->their_ref = utf8_head(said(a, g, "their_ref"), 40);
  out->hides = str_eq(said(a, g, "hides"), S("yes"));
  const struct code *heard = code_find_said(a, code_list("how_heard"), said(a, g, "heard"));
  if (heard) out->heard = heard->code;
  if (!str_to_i64(said(a, g, "age"), &out->age)) out->age = NUMBER_NONE;
  return f->n == 0;
}
