/* forms: what the pages of this folder read and write alike. */
#include "sharing/inside.h"

struct str words_in(struct request *rq, const char *english) {
  return words_label((enum language)rq->lang, str_of(english));
}

struct picks picks_of(struct request *rq, const char *const *pairs, size_t n) {
  struct picks out = {0};
  size_t cap = 0;
  for (size_t i = 0; i + 1 < n; i += 2)
    *slice_push(rq->arena, &out, &cap) =
        (struct pick){str_of(pairs[i]), words_in(rq, pairs[i + 1])};
  return out;
}

struct picks picks_read(struct request *rq, struct rows r) {
  struct picks out = {0};
  size_t cap = 0;
  while (db_next(&r))
    *slice_push(rq->arena, &out, &cap) =
        (struct pick){str_format(rq->arena, "%lld", (long long)row_int(&r, 0)), row_text(&r, 1)};
  return out;
}

/* Data classes in words anybody understands, in the order of record.h. */
static const char *const labels[CLASS_COUNT] = {"who they are",
                                                "how to reach them",
                                                "work and situation",
                                                "right to work",
                                                "health",
                                                "convictions",
                                                "money",
                                                "plan and strengths",
                                                "visits and talks",
                                                "what came of it",
                                                "equality answers",
                                                "safety"};

struct picks class_picks(struct request *rq, uint32_t classes) {
  struct picks out = {0};
  size_t cap = 0;
  for (int c = 0; c < CLASS_COUNT; c++)
    if (classes & 1u << c)
      *slice_push(rq->arena, &out, &cap) =
          (struct pick){str_of(class_words(1u << c)), words_in(rq, labels[c])};
  return out;
}

uint32_t classes_given(struct request *rq, const char *name, uint32_t allowed) {
  struct strs given = request_form_all(rq, name);
  uint32_t classes = 0;
  for (size_t i = 0; i < given.n; i++)
    for (int c = 0; c < CLASS_COUNT; c++)
      if (str_eq(given.p[i], str_of(class_words(1u << c)))) classes |= 1u << c;
  return classes & allowed;
}

struct str classes_words(struct request *rq, uint32_t classes) {
  struct str out = {0};
  for (int c = 0; c < CLASS_COUNT; c++)
    if (classes & 1u << c)
      out = str_format(rq->arena, "%.*s%s%.*s", P(out), out.n ? ", " : "",
                       P(words_in(rq, labels[c])));
  return out;
}

const char *one_of(struct str given, const char *const *words, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (str_eq(given, str_of(words[i]))) return words[i];
  return NULL;
}

struct str text_given(struct request *rq, const char *name) {
  struct str text = str_trim(request_form(rq, name));
  return utf8_count(text) <= SHARING_TEXT_MAX ? text : (struct str){0};
}

/* Days are typed as people write them; empty is no day. */
bool day_given(struct request *rq, const char *name, day_t *out) {
  struct str text = str_trim(request_form(rq, name));
  *out = DAY_NONE;
  return text.n && day_parse_typed(text, out);
}

struct str sharing_path(struct request *rq, const struct person *p, const char *below) {
  struct str id = uuid_str(rq->arena, p->public_id);
  return str_format(rq->arena, "/people/%.*s%s", P(id), below);
}

void sharing_keep(struct request *rq, const char *what, int64_t person_id, uint32_t classes,
                  struct str flash, struct str to) {
  audit_did(rq, what, person_id, classes);
  enum db_result result = db_commit(rq->db, STORE_MAIN);
  if (result == DB_CONFLICT) {
    reply_refuse(rq, 409,
                 PAGE_TITLE(rq, "Somebody did that a moment before you. Open the page "
                                "again to see how it stands."));
    return;
  }
  if (result != DB_OK) {
    reply_refuse(rq, 503, PAGE_TITLE(rq, "That could not be saved just now. Try again."));
    return;
  }
  reply_flash(rq, flash);
  reply_redirect(rq, to);
}
