/* match_command: `waymark match`: a run of private matching, step by step, by files. */
#include <sodium.h>
#include <stdio.h>
#include "base/args.h"
#include "base/file.h"
#include "db/here.h"
#include "known/match.h"

enum { MESSAGE_BYTES_MAX = 1 << 28, ARENA_BYTES = 1 << 30, CARD_BYTES = 64, CARD_FILE_MAX = 1024 };
static const char card_head[] = "waymark match card 1\n";

struct step {
  struct db *db;
  struct arena *a;
  struct args args;
  struct str word, name, second, out, card, us, purpose, project, cap;
  bool count_only, refused; /* refused: only the log is kept */
  instant_t now;
  struct why why;
};

static bool write_out(struct step *s, struct str content) {
  char temporary[4096];
  if (!s->out.n) return why_say(&s->why, "Say where the file goes: --out FILE.");
  snprintf(temporary, sizeof temporary, "%.*s.part", P(s->out));
  return file_write(temporary, content, &s->why) &&
         file_replace(temporary, str_c(s->a, s->out), &s->why);
}

static void print_fingerprint(const struct psi_partner *p, const char *whose) {
  char words[48];
  psi_fingerprint(p, words);
  printf("%s fingerprint, to be read over the telephone: %s\n", whose, words);
}

static bool card(struct step *s) {
  struct psi_identity us;
  struct psi_partner open;
  char hex[2 * CARD_BYTES + 1], file[CARD_FILE_MAX];
  if (!match_self(s->db, s->a, s->now, &us, &s->why)) return false;
  memcpy(open.sign_public, us.sign_public, 32);
  memcpy(open.box_public, us.box_public, 32);
  sodium_bin2hex(hex, sizeof hex, (const unsigned char *)&open, CARD_BYTES);
  int n = snprintf(file, sizeof file, "%s%s\n", card_head, hex);
  if (!write_out(s, (struct str){file, (size_t)n})) return false;
  print_fingerprint(&open, "Our");
  return true;
}

static bool read_card(struct step *s, struct str path, struct psi_partner *out) {
  struct str text;
  size_t n = 0;
  if (!file_read(s->a, str_c(s->a, path), CARD_FILE_MAX, &text, &s->why)) return false;
  if (!str_starts(text, str_of(card_head)))
    return why_say(&s->why, "That is no card. The partner makes one with waymark match card.");
  struct str hex = str_trim(str_slice(text, strlen(card_head), text.n));
  if (sodium_hex2bin((unsigned char *)out, CARD_BYTES, hex.p, hex.n, NULL, &n, NULL) != 0 ||
      n != CARD_BYTES)
    return why_say(&s->why, "The card is not whole. Ask the partner to send it again.");
  return true;
}

static bool partner(struct step *s) {
  struct match_partner p = {
      .name = s->name, .purpose = s->purpose, .project = s->project, .count_only = s->count_only};
  int64_t most = 0;
  if (!str_to_i64(s->cap, &most) || most < 1 || most > UINT32_MAX)
    return why_say(&s->why, "Say how many match keys either side may bring: --cap 50000.");
  p.cap = (uint32_t)most;
  p.our_organisation_id =
      db_number(s->db, 0, SQL("select id from member_organisation where name = ?1"), V(s->us));
  if (!read_card(s, s->card, &p.keys) || !match_partner_add(s->db, s->a, &p, s->now, &s->why))
    return false;
  print_fingerprint(&p.keys, "Their");
  return true;
}

static bool team(struct step *s) {
  bool on = str_eq(s->second, S("on"));
  if (!on && !str_eq(s->second, S("off"))) return why_say(&s->why, "Say on or off.");
  return match_team_allow(s->db, s->a, s->name, on, s->now, &s->why);
}

/* By files, or asked of the installations themselves where the partner has an address. */
static bool start(struct step *s) {
  struct match_partner p;
  struct match_step step = {0};
  if (!match_partner_named(s->db, s->a, s->name, &p, &s->why)) return false;
  if (p.address.n && !s->out.n) {
    bool asked = match_want(s->db, s->a, &p, s->second, s->now, &s->why);
    if (asked)
      printf("Asked for. Whatever serves this data goes on with it; see /known/partners.\n");
    return asked;
  }
  bool ok = match_begin(s->db, s->a, &p, s->second, s->now, &step, &s->why) &&
            match_keep(s->db, s->a, &step, s->now, &s->why) && write_out(s, buf_str(&step.message));
  match_step_free(&step);
  return ok;
}

static bool take(struct step *s) {
  struct match_partner p;
  struct match_step step = {0};
  struct str theirs;
  if (!match_partner_named(s->db, s->a, s->name, &p, &s->why) ||
      !file_read(s->a, str_c(s->a, s->second), MESSAGE_BYTES_MAX, &theirs, &s->why))
    return false;
  bool taken = match_answer(s->db, s->a, &p, theirs, s->now, &step, &s->why),
       ok = taken && match_keep(s->db, s->a, &step, s->now, &s->why);
  s->refused = !taken;
  if (!taken) match_refused(s->db, s->a, &step, why_str(&s->why), s->now);
  if (ok && step.message.n)
    ok = write_out(s, buf_str(&step.message));
  else if (ok)
    printf("The run is over. See waymark match result.\n");
  match_step_free(&step);
  return ok;
}

static bool address(struct step *s) {
  return match_address_set(s->db, s->a, s->name, s->second, &s->why);
}

static bool result(struct step *s) {
  struct match_partner p;
  if (!match_partner_named(s->db, s->a, s->name, &p, &s->why)) return false;
  struct rows r = db_rows(s->db, s->a,
                          SQL("select period, state, people, shared from known_match where "
                              "partner_id = ?1 order by id"),
                          V(p.id));
  while (db_next(&r)) {
    struct str period = row_text(&r, 0), state = row_text(&r, 1);
    struct str shared =
        row_null(&r, 3) ? S("not yet") : psi_count_words(s->a, (uint32_t)row_int(&r, 3));
    printf("%.*s  %.*s  ours in it: %lld  shared: %.*s%s\n", P(period), P(state),
           (long long)row_int(&r, 2), P(shared), p.count_only ? " (match keys)" : "");
  }
  return r.result == DB_OK || why_say(&s->why, "The runs could not be read.");
}

static bool show_log(struct step *s) {
  struct match_partner p;
  struct psi_identity us;
  if (!match_partner_named(s->db, s->a, s->name, &p, &s->why) ||
      !match_self(s->db, s->a, s->now, &us, &s->why))
    return false;
  struct rows r = db_rows(s->db, s->a,
                          SQL("select l.at, l.said, l.signature from known_match_log l join "
                              "known_match m on m.id = l.match_id where m.partner_id = ?1 order by "
                              "l.id"),
                          V(p.id));
  while (db_next(&r)) {
    struct str at = row_text(&r, 0), said = row_text(&r, 1), mark = row_text(&r, 2);
    bool right =
        mark.n == crypto_sign_BYTES &&
        crypto_sign_verify_detached((const unsigned char *)mark.p, (const unsigned char *)said.p,
                                    said.n, us.sign_public) == 0;
    printf("%.*s  %.*s  %s\n", P(at), P(said), right ? "signed" : "THE SIGNATURE IS WRONG");
  }
  return r.result == DB_OK || why_say(&s->why, "The log could not be read.");
}

struct word {
  const char *name;
  bool (*run)(struct step *s);
  bool writes;
};
static const struct word words[] = {{"card", card, true},    {"partner", partner, true},
                                    {"team", team, true},    {"start", start, true},
                                    {"take", take, true},    {"address", address, true},
                                    {"log", show_log, true}, {"result", result, false}};

/* A refusal is logged, and the log is kept with it; so what was read or refused is committed too.
 */
static bool run_word(struct step *s, const struct word *w) {
  if (!w->writes) return w->run(s);
  db_begin(s->db, STORE_MAIN);
  bool ok = w->run(s);
  bool keep = ok || s->refused;
  if (!keep)
    db_rollback(s->db, STORE_MAIN);
  else if (db_commit(s->db, STORE_MAIN) != DB_OK)
    ok = why_say(&s->why, "That could not be saved. Try again.");
  return ok;
}

/* Options first, so that what belongs to one is not taken for a word. */
static bool read_words(struct step *s) {
  struct {
    const char *name;
    struct str *to;
  } options[] = {{"--out", &s->out},         {"--card", &s->card},       {"--us", &s->us},
                 {"--purpose", &s->purpose}, {"--project", &s->project}, {"--cap", &s->cap}};
  for (size_t i = 0; i < countof(options); i++)
    args_value(&s->args, options[i].name, options[i].to);
  s->count_only = args_flag(&s->args, "--count-only");
  args_word(&s->args, &s->word);
  args_word(&s->args, &s->name);
  args_word(&s->args, &s->second);
  return args_done(&s->args, &s->why);
}

int match_command(int argc, char **argv) {
  struct arena a = arena_open(ARENA_BYTES);
  struct step s = {.a = &a, .args = args_of(argc, argv), .now = here_now()};
  const struct word *w = NULL;
  bool read = read_words(&s);
  for (size_t i = 0; i < countof(words) && read; i++)
    if (str_eq(s.word, str_of(words[i].name))) w = &words[i];
  int status = 2;
  if (!w) {
    if (!read) fprintf(stderr, "waymark: %s\n", s.why.text);
    fprintf(
        stderr,
        "usage: waymark match card | partner | team | address | start | take | result | log ...\n");
  } else if (!(s.db = db_open_here(&s.why))) {
    fprintf(stderr, "waymark: %s\n", s.why.text);
    status = 1;
  } else {
    people_sealing();
    status = run_word(&s, w) ? 0 : 1;
    if (status) fprintf(stderr, "waymark: %s\n", s.why.text);
    db_close(s.db);
  }
  arena_close(&a);
  return status;
}
