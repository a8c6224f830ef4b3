/* link: signed, dated, revocable ways in for partners; cards for residents; QR codes. */
#include <qrencode.h>
#include "db/seal.h"
#include "referrals/inside.h"

enum { TOKEN_MARK_HEX = 20, QR_QUIET = 4 };

bool partner_load(struct db *db, struct arena *a, int64_t id, struct partner *out) {
  struct rows r;
  if (!db_one(
          &r, db, a,
          SQL("select id, team_id, public_id, name, route, function, verified_on, ended_on from "
              "referral_partner where id = ?1"),
          V(id)))
    return false;
  *out = (struct partner){row_int(&r, 0), row_int(&r, 1), row_uuid(&r, 2), row_text(&r, 3),
                          row_text(&r, 4), (enum function)row_int(&r, 5), row_day(&r, 6),
                          row_day(&r, 7)};
  db_done(&r);
  return true;
}

static struct str mark_of(struct arena *a, struct str body) {
  return str_slice(seal_blind(a, "referral link", body), 0, TOKEN_MARK_HEX);
}

struct str link_token(struct arena *a, struct uuid public_id, day_t expires) {
  struct str id = hex_of(a, public_id.b, sizeof public_id.b);
  struct str body = str_format(a, "%.*s-%d", P(id), (int)expires), mark = mark_of(a, body);
  return str_format(a, "%.*s-%.*s", P(body), P(mark));
}

/* The mark is looked at before any row is, and in constant time. */
static bool token_parts(struct arena *a, struct str token, struct uuid *id, day_t *expires) {
  struct str rest = token, hex = str_cut(&rest, '-'), day = str_cut(&rest, '-');
  struct str body = str_format(a, "%.*s-%.*s", P(hex), P(day)), mark = mark_of(a, body);
  int64_t n;
  if (rest.n != mark.n || !bytes_eq_secret(rest.p, mark.p, mark.n)) return false;
  if (!hex_parse(hex, id->b, sizeof id->b) || !str_to_i64(day, &n)) return false;
  *expires = (day_t)n;
  return true;
}

bool link_read(struct db *db, struct arena *a, struct str token, const char *kind, day_t today,
               struct link *out) {
  struct uuid id;
  struct rows r;
  *out = (struct link){0};
  if (!token_parts(a, token, &id, &out->expires) || out->expires < today) return false;
  if (!db_one(&r, db, a,
              SQL("select id, kind, partner_id, revoked_at, expires_on from referral_link where "
                  "public_id = ?1"),
              db_uuid(a, id)))
    return false;
  out->id = row_int(&r, 0), out->kind = row_text(&r, 1);
  int64_t partner = row_int(&r, 2);
  bool good = row_null(&r, 3) && row_day(&r, 4) == out->expires && str_eq(out->kind, str_of(kind));
  db_done(&r);
  return good && partner_load(db, a, partner, &out->partner) &&
         (out->partner.ended_on == DAY_NONE || out->partner.ended_on >= today);
}

int64_t partner_add(struct db *db, struct arena *a, const struct partner *p, int64_t by_user,
                    instant_t now) {
  return db_insert(db,
                   SQL("insert into referral_partner (public_id, name, route, function, team_id, "
                       "verified_on, made_by, made_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
                       "returning id"),
                   db_uuid(a, uuid_v4()), V(p->name), V(p->route), V((int64_t)p->function),
                   V(p->team_id), db_day(a, p->verified_on), V(by_user), db_instant(a, now));
}

int64_t link_add(struct db *db, struct arena *a, int64_t partner_id, const char *kind,
                 day_t expires, int64_t by_user, instant_t now) {
  return db_insert(db,
                   SQL("insert into referral_link (public_id, partner_id, kind, expires_on, "
                       "made_by, made_at) values (?1, ?2, ?3, ?4, ?5, ?6) returning id"),
                   db_uuid(a, uuid_v4()), V(partner_id), V(str_of(kind)), db_day(a, expires),
                   V(by_user), db_instant(a, now));
}

/* ---- cards: counted, never tied to anybody ---- */

void card_count(struct db *db, struct arena *a, int64_t link_id, bool sent, day_t today) {
  struct str month = str_slice(day_iso(a, today), 0, 7);
  enum db_result r = db_run(
      db,
      SQL_WORK("insert into referral_card_count (month, link_id, opened, sent) values (?1, ?2, ?3, "
               "?4) on conflict (month, link_id) do update set opened = "
               "referral_card_count.opened + excluded.opened, sent = referral_card_count.sent + "
               "excluded.sent"),
      V(month), V(link_id), V(!sent), V(sent));
  if (r != DB_OK) log_event(LOG_WARNING, "card_not_counted", "result=%d", (int)r);
}

struct referral_cards referrals_cards(struct db *db, struct arena *a, int64_t team_id,
                                      day_t today) {
  struct referral_cards all = {0};
  size_t cap = 0;
  struct rows links = db_rows(
      db, a,
      SQL("select l.id, p.name from referral_partner p join referral_link l on l.partner_id = p.id "
          "where p.team_id = ?1 and l.kind = 'card' order by p.name, l.id"),
      V(team_id));
  while (db_next(&links)) {
    struct rows r = db_rows(db, a,
                            SQL_WORK("select month, opened, sent from referral_card_count where "
                                     "link_id = ?1 and month < ?2 and opened >= ?3 order by month "
                                     "desc"),
                            V(row_int(&links, 0)), V(str_slice(day_iso(a, today), 0, 7)),
                            V((int64_t)REFERRAL_CARD_LEAST));
    while (db_next(&r)) {
      int64_t sent = row_int(&r, 2);
      *slice_push(a, &all, &cap) = (struct referral_card){
          row_text(&r, 0), row_text(&links, 1), row_int(&r, 1),
          sent >= REFERRAL_CARD_LEAST ? sent : NUMBER_NONE};
    }
  }
  return all;
}

/* ---- QR codes ---- */

/* Runs of dark modules of a row as one stroke each: "M4 4h7v1H4z". */
static void qr_row(struct buf *b, const unsigned char *cells, int width, int y) {
  for (int x = 0; x < width; x++) {
    int from = x;
    while (x < width && cells[x] & 1) x++;
    if (x > from)
      buf_format(b, "M%d %dh%dv1H%dz", from + QR_QUIET, y + QR_QUIET, x - from, from + QR_QUIET);
  }
}

bool qr_make(struct arena *a, struct str words, struct ref_qr *out) {
  QRcode *code = QRcode_encodeString8bit(str_c(a, words), 0, QR_ECLEVEL_M);
  if (!code) return false;
  struct buf b = buf_open(1 << 18);
  int size = code->width + 2 * QR_QUIET;
  for (int y = 0; y < code->width; y++) qr_row(&b, code->data + y * code->width, code->width, y);
  out->box = str_format(a, "0 0 %d %d", size, size);
  out->ground = str_format(a, "M0 0h%dv%dH0z", size, size);
  out->dark = str_copy(a, buf_str(&b));
  QRcode_free(code);
  buf_free(&b);
  return true;
}
