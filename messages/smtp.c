/* smtp: one message by the mail server of the settings. Message-ID is the message's own id at each
 * try, so that the recipient's side shows it once. */
#include "messages/inside.h"
#include "messages/provider.h"
#include "web/out.h"

static void put_date(struct buf *out, instant_t now) {
  static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  int64_t second = now / 1000000;
  day_t day = (day_t)(second / 86400);
  int of_day = (int)(second % 86400);
  struct ymd d = day_ymd(day);
  buf_format(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[day_weekday(day)], d.day,
             months[d.month - 1], d.year, of_day / 3600, of_day / 60 % 60, of_day % 60);
}

/* Quoted-printable (RFC 2045, 6.7): every line short, nothing a relay could change. */
static void put_quoted(struct buf *out, struct str words) {
  int column = 0;
  for (size_t i = 0; i < words.n; i++) {
    unsigned char c = (unsigned char)words.p[i];
    if (c == '\r') continue;
    if (c == '\n') {
      buf_put(out, S("\r\n"));
      column = 0;
      continue;
    }
    if (column > 70) buf_put(out, S("=\r\n")), column = 0;
    if (c >= 33 && c <= 126 && c != '=' && !(c == '.' && column == 0))
      buf_byte(out, (char)c), column++;
    else
      buf_format(out, "=%02X", c), column += 3;
  }
  buf_put(out, S("\r\n"));
}

void message_smtp_text(struct arena *a, const struct parcel *p, const char *from, struct buf *out) {
  struct str sender = str_of(from), domain = sender;
  str_cut(&domain, '@');
  (void)a;
  buf_format(out, "From: <%.*s>\r\nTo: <%.*s>\r\nSubject: %.*s\r\n", P(sender), P(p->to),
             P(p->subject));
  put_date(out, p->now);
  buf_format(out, "Message-ID: <%.*s@%.*s>\r\n", P(p->id), P(domain.n ? domain : S("localhost")));
  buf_put(out, S("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                 "Content-Transfer-Encoding: quoted-printable\r\n\r\n"));
  put_quoted(out, p->words);
}

static enum provider_end send_mail(struct arena *a, const struct parcel *p, struct str *reference,
                                   struct why *why) {
  const struct messages_settings *s = messages_settings;
  struct out_reply reply;
  struct buf text = buf_open(1 << 16);
  message_smtp_text(a, p, s->smtp_from, &text);
  struct out_request ask = {.method = S("MAIL"),
                            .url = str_of(s->smtp_url),
                            .body = buf_str(&text),
                            .from = str_of(s->smtp_from),
                            .to = {p->to},
                            .user = str_of(s->smtp_user),
                            .password = str_of(s->smtp_password)};
  bool answered = !text.full && out_send(a, &ask, &reply, why);
  buf_free(&text);
  *reference = p->id;
  if (!answered) return PROVIDER_LATER;
  if (reply.status >= 500) return PROVIDER_REFUSED;
  return reply.status == 250 ? PROVIDER_TOOK : PROVIDER_LATER;
}
const struct message_provider provider_smtp = {"smtp", send_mail, NULL};
