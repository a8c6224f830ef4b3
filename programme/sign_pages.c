/* sign_pages: a form on the screen, filled from what is known; how it is signed; and the same words
 * later, with their hash worked out again. */
#include "programme/inside.h"
#include "programme.html.h"
#include "web/session.h"

static struct prog_parts parts_of(struct request *rq, struct str words) {
  struct form_lines all = form_lines_of(rq->arena, words);
  struct prog_parts out = {0};
  size_t cap = 0;
  for (size_t i = 0; i < all.n; i++)
    *slice_push(rq->arena, &out, &cap) =
        (struct prog_part){all.p[i].label, all.p[i].words, all.p[i].heading, i == 0};
  return out;
}

/* What is asked to be signed: the form, its reference and its words as they are now. */
struct asked {
  const struct contract_form *form;
  struct contract contract;
  struct str reference, words, hash;
};

static bool ask(struct request *rq, const struct opened *o, struct asked *k) {
  struct uuid reference;
  struct str code = request_form(rq, "form");
  if (!code.n) code = request_query(rq, "form");
  if (!programme_wording(rq->db, rq->arena, o->j.programme, o->j.contract_hash, &k->contract))
    return false;
  k->form = code.n                ? contract_form(&k->contract, code)
            : k->contract.forms.n ? &k->contract.forms.p[0]
                                  : NULL;
  if (!k->form || o->j.ended_on != DAY_NONE) return false;
  if (!uuid_parse(request_form(rq, "reference"), &reference)) reference = uuid_v4();
  k->reference = uuid_str(rq->arena, reference);
  struct form_with with = {&k->contract, &o->p,    rq->actor.name, rq->actor.organisation_name,
                           k->reference, rq->today};
  k->words = form_words(rq->arena, k->form, &with);
  struct sha256 h = sha256_of(k->words);
  k->hash = hex_of(rq->arena, &h, sizeof h);
  return k->words.n > 0;
}

/* A drawing comes back only beneath the very words it was drawn under: anything else would be their
 * name below what they never read. */
static struct str drawn_under(struct request *rq, const struct asked *k) {
  return str_eq(request_form(rq, "shown"), k->hash) ? request_form(rq, "drawn") : (struct str){0};
}

/* What was drawn and not sent (a crash, a closed tab): kept sealed on the server under the worker's
 * own account, nothing of it in the browser, gone with the sign-out of a shared computer; and put
 * back on the same day only. */
static void take_up(struct request *rq, const struct opened *o, struct asked *k) {
  struct draft d;
  struct str record = str_format(rq->arena, "%.*s/sign %.*s", P(programme_path(rq, o, "")),
                                 P(k->form->code));
  if (rq->form.n || !draft_load(rq, S("sign"), record, &d) ||
      instant_local_uk(d.saved_at).day != rq->today)
    return;
  rq->form.p = d.p, rq->form.n = d.n;
  ask(rq, o, k);
}

static void show(struct request *rq, const struct opened *o, const struct asked *k,
                 struct str fault) {
  struct str way = request_form(rq, "way");
  struct prog_sign_page page = {.head =
                                    people_head(rq, &o->p, o->sight, PAGE_TITLE(rq, "Sign a form")),
                                .action = programme_path(rq, o, ""),
                                .back = programme_path(rq, o, ""),
                                .form = k->form->code,
                                .reference = k->reference,
                                .hash = k->hash,
                                .fault = fault,
                                .typed = request_form(rq, "typed"),
                                .heard = request_form(rq, "heard"),
                                .drawn = drawn_under(rq, k),
                                .parts = parts_of(rq, k->words),
                                .way = way.n ? str_c(rq->arena, way) : "-"};
  view_programme_sign(rq->view, &page);
}

void programme_sign_page(struct request *rq) {
  struct opened o;
  struct asked k = {0};
  if (!programme_open(rq, &o)) return;
  if (!ask(rq, &o, &k)) {
    reply_redirect(rq, programme_path(rq, &o, ""));
    return;
  }
  take_up(rq, &o, &k);
  show(rq, &o, &k, (struct str){0});
}

/* ---- signing ---- */

static bool read_mark(struct request *rq, struct signing *s, struct why *why) {
  struct str way = request_form(rq, "way"), typed = str_trim(request_form(rq, "typed")),
             heard = str_trim(request_form(rq, "heard"));
  if (str_eq(way, S("drawn"))) {
    s->way = SIGN_DRAWN;
    return signature_parse(rq->arena, request_form(rq, "drawn"), &s->mark) ||
           why_say(why, "Nothing was drawn. Sign in the box, or choose another way.");
  }
  if (str_eq(way, S("typed"))) {
    s->way = SIGN_TYPED, s->mark = utf8_head(typed, PROGRAMME_NAME_MAX);
    return s->mark.n || why_say(why, "They type their own name to sign.");
  }
  if (!str_eq(way, S("spoken"))) return why_say(why, "Choose how they sign.");
  s->way = SIGN_SPOKEN, s->mark = utf8_head(heard, PROGRAMME_NAME_MAX);
  return (s->mark.n && !str_eq_nocase(s->mark, rq->actor.name)) ||
         why_say(why, "Somebody beside you hears what was read and agreed. Write their name.");
}

struct sign_work {
  struct request *rq;
  struct signing s;
  const struct joining *j;
};

static enum db_result sign_once(struct db *db, void *with) {
  struct sign_work *w = with;
  struct signing s = w->s;
  enum db_result r = programme_sign(db, w->rq->arena, &s, w->rq->now);
  if (r == DB_OK) r = programme_project(db, w->rq->arena, w->j, w->rq->today);
  if (r == DB_OK) audit_did(w->rq, "signed a form", s.person_id, CLASS_OUTCOMES);
  return r;
}

void programme_sign_post(struct request *rq) {
  struct opened o;
  struct asked k = {0};
  struct why why = {0};
  if (!programme_open(rq, &o)) return;
  if (!ask(rq, &o, &k)) {
    reply_redirect(rq, programme_path(rq, &o, ""));
    return;
  }
  struct sign_work w = {.rq = rq,
                        .j = &o.j,
                        .s = {.person_id = o.p.id,
                              .joining_id = o.j.id,
                              .public_id = uuid_v4(),
                              .form = k.form->code,
                              .words = k.words,
                              .on = rq->today,
                              .by_user = rq->actor.user_id}};
  bool fine = read_mark(rq, &w.s, &why);
  if (fine && !str_eq(request_form(rq, "shown"), k.hash))
    fine =
        why_say(&why, "What is known changed since this page was shown. Read it again, then sign.");
  enum db_result r = fine ? db_atomically(rq->db, STORE_MAIN, sign_once, &w) : DB_CONFLICT;
  if (r != DB_OK) {
    reply_status(rq, r == DB_CONFLICT ? 422 : 503);
    show(rq, &o, &k, programme_trouble(rq, r, &why));
    return;
  }
  reply_flash(rq, PAGE_TITLE(rq, "Signed."));
  reply_redirect(rq, str_format(rq->arena, "%.*s/%.*s", P(programme_path(rq, &o, "/signed")),
                                P(uuid_str(rq->arena, w.s.public_id))));
}

/* ---- as it was signed ---- */

static struct str way_words(struct request *rq, enum sign_way w) {
  return w == SIGN_DRAWN   ? PAGE_TITLE(rq, "with a finger on the screen")
         : w == SIGN_TYPED ? PAGE_TITLE(rq, "by typing their name")
                           : PAGE_TITLE(rq, "read out and agreed aloud");
}

void programme_signed_page(struct request *rq) {
  struct opened o;
  struct signing s;
  struct uuid id;
  if (!programme_open(rq, &o)) return;
  if (!uuid_parse(request_path(rq, "signed"), &id)) memset(&id, 0, sizeof id);
  if (!programme_signing(rq->db, rq->arena, id, &s) || s.joining_id != o.j.id) {
    reply_not_found(rq);
    return;
  }
  struct prog_signed_page page = {
      .head = people_head(rq, &o.p, o.sight, PAGE_TITLE(rq, "A signed form")),
      .back = programme_path(rq, &o, ""),
      .hash = s.hash,
      .how = way_words(rq, s.way),
      .mark_words = s.way == SIGN_DRAWN ? (struct str){0} : s.mark,
      .parts = parts_of(rq, s.words),
      .day = s.on,
      .unaltered = signing_unaltered(rq->arena, &s)};
  if (s.way == SIGN_DRAWN) signature_parse(rq->arena, s.mark, &page.drawn);
  page.who = accounts_name_for(rq, s.by_user);
  view_programme_signed(rq->view, &page);
}
