/* contract: reads the language of packs/programmes. One line, one fact; words in "quotes". */
#include "programme/contract.h"
#include "record/record.h"
#include "people/people.h"

enum { WORDS_MAX = 16, CODE_BYTES_MAX = 40, SAID_BYTES_MAX = 600 };

struct reading {
  struct arena *a;
  struct contract *c;
  struct why *why;
  int64_t line;
  struct str word[WORDS_MAX];
  bool quoted[WORDS_MAX];
  size_t n;
  size_t funders_cap, proofs_cap, forms_cap, ends_cap, notes_cap, papers_cap, lines_cap,
      outcomes_cap;
};

static bool bad(struct reading *r, const char *sentence) {
  return why_say(r->why, "Line %lld: %s", (long long)r->line, sentence);
}

/* ---- words of a line ---- */

static bool cut_line(struct reading *r, struct str line) {
  r->n = 0;
  while ((line = str_trim(line)).n && line.p[0] != '#') {
    if (r->n == WORDS_MAX) return bad(r, "there are too many words. Put quotes round sentences.");
    bool quoted = line.p[0] == '"';
    struct str rest = quoted ? str_slice(line, 1, line.n) : line;
    size_t end = 0;
    while (end < rest.n &&
           (quoted ? rest.p[end] != '"' : rest.p[end] != ' ' && rest.p[end] != '\t'))
      end++;
    if (quoted && end == rest.n) return bad(r, "a quote is opened and not closed.");
    r->quoted[r->n] = quoted;
    r->word[r->n++] = str_slice(rest, 0, end);
    line = str_slice(rest, quoted ? end + 1 : end, rest.n);
  }
  return true;
}

static bool is_code(struct str s) {
  if (!s.n || s.n > CODE_BYTES_MAX) return false;
  for (size_t i = 0; i < s.n; i++)
    if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '_'))
      return false;
  return true;
}

/* Word i is a code; word i + 1 is a sentence. */
static bool coded(struct reading *r, struct str *code, struct str *words) {
  if (r->n < 3 || !is_code(r->word[1]) || r->quoted[1])
    return bad(r, "it needs a code in small letters and then words in quotes.");
  if (!r->quoted[2] || !r->word[2].n || r->word[2].n > SAID_BYTES_MAX)
    return bad(r, "after the code come words in quotes, at most 600 bytes.");
  *code = str_copy(r->a, r->word[1]), *words = str_copy(r->a, r->word[2]);
  return true;
}

static bool said(struct reading *r, struct str *out) {
  if (r->n != 2 || !r->quoted[1] || !r->word[1].n || r->word[1].n > SAID_BYTES_MAX)
    return bad(r, "it needs words in quotes, at most 600 bytes.");
  *out = str_copy(r->a, r->word[1]);
  return true;
}

uint32_t contract_class(struct str word) {
  for (int i = 0; i < CLASS_COUNT; i++)
    if (str_eq(word, str_of(class_words(1u << i)))) return 1u << i;
  return 0;
}

/* ---- what a line says ---- */

static bool take_programme(struct reading *r) {
  if (r->c->code.n) return bad(r, "one file holds one programme.");
  return coded(r, &r->c->code, &r->c->name);
}

static bool take_days(struct reading *r, size_t at, day_t *from, day_t *to) {
  *to = DAY_NONE;
  if (at >= r->n || !day_parse(r->word[at], from))
    return bad(r, "a day is written like 2026-04-01.");
  if (at + 2 < r->n && str_eq(r->word[at + 1], S("to")) &&
      (!day_parse(r->word[at + 2], to) || *to < *from))
    return bad(r, "the last day is written like 2027-03-31 and is not before the first.");
  return true;
}

static bool take_from(struct reading *r) { return take_days(r, 1, &r->c->from, &r->c->to); }

static bool take_funder(struct reading *r) {
  struct contract_funder f = {.to = DAY_NONE};
  if (!coded(r, &f.code, &f.name)) return false;
  if (r->n < 5 || !str_eq(r->word[3], S("share")) || !str_to_i64(r->word[4], &f.share) ||
      f.share < 1 || f.share > 100)
    return bad(r, "write: funder code \"Name\" share 80 from 2026-04-01 to 2027-03-31.");
  size_t next = 5;
  f.from = day_of(1900, 1, 1); /* no day is said: always */
  if (r->n > 6 && str_eq(r->word[5], S("from"))) {
    if (!take_days(r, 6, &f.from, &f.to)) return false;
    next = f.to == DAY_NONE ? 7 : 9;
  }
  if (next + 1 < r->n && str_eq(r->word[next], S("return")) && is_code(r->word[next + 1]))
    f.returns = str_copy(r->a, r->word[next + 1]), next += 2;
  if (next != r->n) return bad(r, "after the days a funder has only: return CODE.");
  if (r->c->funders.n == CONTRACT_FUNDERS_MAX) return bad(r, "there are too many funders.");
  *slice_push(r->a, &r->c->funders, &r->funders_cap) = f;
  return true;
}

static bool take_proof(struct reading *r) {
  struct contract_proof p = {.class_bit = CLASS_IDENTITY};
  if (!coded(r, &p.code, &p.words)) return false;
  if (r->n == 5 && str_eq(r->word[3], S("class")))
    p.class_bit = contract_class(r->word[4]);
  else if (r->n != 3)
    return bad(r, "after its words a proof has only: class STATUS.");
  if (!p.class_bit || p.class_bit & (CLASS_SAFETY | CLASS_EQUALITY))
    return bad(r, "a proof is of a class such as identity, status, health or offences.");
  if (contract_proof(r->c, p.code)) return bad(r, "this proof is there already.");
  if (r->c->proofs.n == CONTRACT_PROOFS_MAX) return bad(r, "there are too many proofs.");
  *slice_push(r->a, &r->c->proofs, &r->proofs_cap) = p;
  r->papers_cap = 0;
  return true;
}

/* "accept" papers stand side by side; "otherwise" papers only when none above can be had. */
static bool take_paper(struct reading *r) {
  struct contract_paper d = {.otherwise = str_eq(r->word[0], S("otherwise"))};
  if (!r->c->proofs.n) return bad(r, "a paper belongs below a proof.");
  struct contract_proof *p = &r->c->proofs.p[r->c->proofs.n - 1];
  if (!coded(r, &d.code, &d.words)) return false;
  if (contract_paper(p, d.code)) return bad(r, "this paper is there already.");
  if (p->papers.n == CONTRACT_PAPERS_MAX) return bad(r, "there are too many papers.");
  if (!d.otherwise && p->papers.n && p->papers.p[p->papers.n - 1].otherwise)
    return bad(r, "accepted papers come before what counts otherwise.");
  *slice_push(r->a, &p->papers, &r->papers_cap) = d;
  return true;
}

static bool take_form(struct reading *r) {
  struct contract_form f = {0};
  if (!coded(r, &f.code, &f.title)) return false;
  if (contract_form(r->c, f.code)) return bad(r, "this form is there already.");
  if (r->c->forms.n == CONTRACT_FORMS_MAX) return bad(r, "there are too many forms.");
  *slice_push(r->a, &r->c->forms, &r->forms_cap) = f;
  r->lines_cap = 0;
  return true;
}

/* What a form may print: a field of the person that is neither safety nor equality, or one of the
 * few words about the start itself. */
static bool may_print(struct str field) {
  static const char *const others[] = {"programme.name", "programme.funders", "worker.name",
                                       "worker.organisation", "day.today"};
  for (size_t i = 0; i < countof(others); i++)
    if (str_eq(field, str_of(others[i]))) return true;
  struct str name = field, record = str_cut(&name, '.');
  const struct field *f = str_eq(record, S("person")) ? field_find(&person_type, name) : NULL;
  return f && !(f->data_class & (CLASS_SAFETY | CLASS_EQUALITY)) && !(f->flags & HIDDEN);
}

static bool take_line(struct reading *r) {
  struct contract_line l = {.kind = str_eq(r->word[0], S("heading")) ? LINE_HEADING : LINE_TEXT};
  if (!r->c->forms.n) return bad(r, "a line belongs below a form.");
  struct contract_form *f = &r->c->forms.p[r->c->forms.n - 1];
  if (str_eq(r->word[0], S("line"))) {
    l.kind = LINE_FIELD;
    if (r->n != 3 || !r->quoted[1] || !r->word[1].n || r->word[1].n > SAID_BYTES_MAX)
      return bad(r, "write: line \"What it is called on the form\" person.full_name.");
    if (!may_print(r->word[2])) return bad(r, "a form cannot print this field.");
    l.words = str_copy(r->a, r->word[1]), l.field = str_copy(r->a, r->word[2]);
  } else if (!said(r, &l.words)) {
    return false;
  }
  if (f->lines.n == CONTRACT_LINES_MAX) return bad(r, "there are too many lines.");
  *slice_push(r->a, &f->lines, &r->lines_cap) = l;
  return true;
}

static bool take_end(struct reading *r) {
  struct contract_end e = {.completed = str_eq(r->word[0], S("completed"))};
  if (!coded(r, &e.code, &e.words)) return false;
  for (size_t i = 3; i < r->n; i++)
    if (str_eq(r->word[i], S("onward")))
      e.onward = true;
    else if (str_eq(r->word[i], S("paid")))
      e.paid = e.onward = true;
    else if (!str_eq(r->word[i], S("counts")))
      return bad(r, "an end counts onward or paid.");
  if (contract_end(r->c, e.code)) return bad(r, "this end is there already.");
  if (r->c->ends.n == CONTRACT_ENDS_MAX) return bad(r, "there are too many ends.");
  *slice_push(r->a, &r->c->ends, &r->ends_cap) = e;
  return true;
}

/* outcome job_start "In paid work" shown by payslip employer */
static bool take_outcome(struct reading *r) {
  struct contract_outcome o = {0};
  size_t cap = 0;
  if (!coded(r, &o.kind, &o.words)) return false;
  if (!code_find(code_list("outcomes"), o.kind))
    return bad(r, "an outcome is a code of packs/codes/outcomes.csv.");
  if (r->n < 6 || !str_eq(r->word[3], S("shown")) || !str_eq(r->word[4], S("by")))
    return bad(r, "write: outcome job_start \"In paid work\" shown by payslip employer.");
  for (size_t i = 5; i < r->n; i++) {
    if (!code_find(code_list("outcome_evidence"), r->word[i]))
      return bad(r, "what shows it is a code of packs/codes/outcome_evidence.csv.");
    *slice_push(r->a, &o.evidence, &cap) = str_copy(r->a, r->word[i]);
  }
  if (contract_outcome(r->c, o.kind)) return bad(r, "this outcome is there already.");
  if (r->c->outcomes.n == CONTRACT_OUTCOMES_MAX) return bad(r, "there are too many outcomes.");
  *slice_push(r->a, &r->c->outcomes, &r->outcomes_cap) = o;
  return true;
}

static bool take_keep(struct reading *r) {
  if (r->n < 4 || !str_to_i64(r->word[1], &r->c->kept_months) || r->c->kept_months < 1 ||
      r->c->kept_months > CONTRACT_MONTHS_MAX || !str_eq(r->word[2], S("months")))
    return bad(r, "write: keep 84 months identity outcomes.");
  for (size_t i = 3; i < r->n; i++) {
    uint32_t bit = contract_class(r->word[i]);
    if (!bit) return bad(r, "it names a class of data that is not there.");
    r->c->kept_classes |= bit;
  }
  return true;
}

static bool take_note(struct reading *r) {
  struct str words = {0};
  if (!said(r, &words)) return false;
  *slice_push(r->a, &r->c->notes, &r->notes_cap) = words;
  return true;
}

static bool take_source(struct reading *r) { return said(r, &r->c->source); }
static bool take_about(struct reading *r) { return said(r, &r->c->about); }
static bool take_rule(struct reading *r) { return said(r, &r->c->rule); }
static bool take_invented(struct reading *r) {
  r->c->invented = true;
  return r->n == 1 || bad(r, "nothing follows \"invented\".");
}

static bool take(struct reading *r) {
  static const struct {
    const char *word;
    bool (*take)(struct reading *r);
  } words[] = {{"programme", take_programme}, {"source", take_source},
               {"about", take_about},         {"invented", take_invented},
               {"from", take_from},           {"rule", take_rule},
               {"funder", take_funder},       {"proof", take_proof},
               {"accept", take_paper},        {"otherwise", take_paper},
               {"form", take_form},           {"heading", take_line},
               {"line", take_line},           {"text", take_line},
               {"completed", take_end},       {"left", take_end},
               {"keep", take_keep},           {"note", take_note},
               {"outcome", take_outcome}};
  for (size_t i = 0; i < countof(words); i++)
    if (str_eq(r->word[0], str_of(words[i].word)) && !r->quoted[0]) return words[i].take(r);
  return why_say(r->why, "Line %lld: \"%.*s\" is no word of a contract.", (long long)r->line,
                 P(str_slice(r->word[0], 0, CODE_BYTES_MAX)));
}

/* ---- the whole ---- */

static int64_t shares_on(const struct contract *c, day_t on) {
  int64_t all = 0;
  for (size_t i = 0; i < c->funders.n; i++)
    if (c->funders.p[i].from <= on && (c->funders.p[i].to == DAY_NONE || on <= c->funders.p[i].to))
      all += c->funders.p[i].share;
  return all;
}

/* Shares change only where a funder begins or has ended: there they must come to 100 (or nobody
 * pays any more). */
static bool shares_right(const struct contract *c, struct why *why) {
  for (size_t i = 0; i < c->funders.n; i++) {
    const struct contract_funder *f = &c->funders.p[i];
    day_t days[2] = {f->from, f->to == DAY_NONE ? f->from : f->to + 1};
    for (int k = 0; k < 2; k++) {
      int64_t all = shares_on(c, days[k]);
      if (all != 100 && all != 0) {
        struct ymd d = day_ymd(days[k]);
        return why_say(why,
                       "The funders' shares come to %lld on %d-%02d-%02d; they must come to 100.",
                       (long long)all, d.year, d.month, d.day);
      }
    }
  }
  return true;
}

static bool whole(const struct contract *c, struct why *why) {
  if (!c->code.n) return why_say(why, "It names no programme: begin with programme code \"Name\".");
  if (!c->source.n)
    return why_say(why, "It has no source. Say where it comes from, or that it is invented.");
  if (!c->funders.n) return why_say(why, "It names no funder.");
  for (size_t i = 0; i < c->proofs.n; i++)
    if (!c->proofs.p[i].papers.n || c->proofs.p[i].papers.p[0].otherwise)
      return why_say(why, "Proof \"%.*s\" accepts no paper.", P(c->proofs.p[i].code));
  for (size_t i = 0; i < c->forms.n; i++)
    if (!c->forms.p[i].lines.n)
      return why_say(why, "Form \"%.*s\" has no line.", P(c->forms.p[i].code));
  return shares_right(c, why);
}

static bool plain(struct str text) {
  for (size_t i = 0; i < text.n; i++)
    if ((uint8_t)text.p[i] < ' ' && text.p[i] != '\n' && text.p[i] != '\r' && text.p[i] != '\t')
      return false;
  return utf8_valid(text);
}

bool contract_read(struct arena *a, struct str text, struct contract *out, struct why *why) {
  struct reading r = {.a = a, .c = out, .why = why};
  *out = (struct contract){.from = DAY_NONE, .to = DAY_NONE};
  if (text.n > CONTRACT_BYTES_MAX) return why_say(why, "A contract holds at most 64 KB.");
  if (!plain(text)) return why_say(why, "It is not plain text (UTF-8).");
  while (text.n) {
    struct str line = str_trim(str_cut(&text, '\n'));
    r.line++;
    if (!cut_line(&r, line) || (r.n && !take(&r))) return false;
  }
  return whole(out, why);
}

/* ---- finding ---- */

const struct contract_proof *contract_proof(const struct contract *c, struct str code) {
  for (size_t i = 0; i < c->proofs.n; i++)
    if (str_eq(c->proofs.p[i].code, code)) return &c->proofs.p[i];
  return NULL;
}

const struct contract_paper *contract_paper(const struct contract_proof *p, struct str code) {
  for (size_t i = 0; i < p->papers.n; i++)
    if (str_eq(p->papers.p[i].code, code)) return &p->papers.p[i];
  return NULL;
}

const struct contract_form *contract_form(const struct contract *c, struct str code) {
  for (size_t i = 0; i < c->forms.n; i++)
    if (str_eq(c->forms.p[i].code, code)) return &c->forms.p[i];
  return NULL;
}

const struct contract_end *contract_end(const struct contract *c, struct str code) {
  for (size_t i = 0; i < c->ends.n; i++)
    if (str_eq(c->ends.p[i].code, code)) return &c->ends.p[i];
  return NULL;
}

const struct contract_outcome *contract_outcome(const struct contract *c, struct str kind) {
  for (size_t i = 0; i < c->outcomes.n; i++)
    if (str_eq(c->outcomes.p[i].kind, kind)) return &c->outcomes.p[i];
  return NULL;
}

const struct contract_funder *contract_funder(const struct contract *c, struct str code, day_t on) {
  for (size_t i = 0; i < c->funders.n; i++)
    if (str_eq(c->funders.p[i].code, code) &&
        (on == DAY_NONE || (c->funders.p[i].from <= on &&
                            (c->funders.p[i].to == DAY_NONE || on <= c->funders.p[i].to))))
      return &c->funders.p[i];
  return NULL;
}
