#include "web/inner.h"
#include "web/look/layout.h"

static const struct message *title_of(int status) {
  switch (status) {
    case 400: return T("That request was not clear");
    case 401: return T("Sign in first");
    case 403: return T("This page is not open to you");
    case 404: return T("Page not found");
    case 405: return T("That cannot be done here");
    case 408: return T("That took too long to arrive");
    case 413: return T("That is too large");
    case 415: return T("That kind of file is not read here");
    case 429: return T("Too many tries");
    case 503: return T("Please try again");
    default: return status >= 500 ? T("Something went wrong") : T("That did not work");
  }
}

struct str status_title(int status) { return words_of(LANG_EN, title_of(status)); }

static void escape(struct buf *b, struct str s) {
  for (size_t i = 0; i < s.n; i++) {
    char c = s.p[i];
    if (c == '&')
      buf_put(b, S("&amp;"));
    else if (c == '<')
      buf_put(b, S("&lt;"));
    else if (c == '>')
      buf_put(b, S("&gt;"));
    else if (c == '"')
      buf_put(b, S("&quot;"));
    else
      buf_byte(b, c);
  }
}

/* The front does not know the reader's language: both, Welsh as far as it is known. */
static void in_welsh(struct buf *out, int status, struct str sentence) {
  struct str said = words_label(LANG_CY, sentence);
  buf_put(out, S("<div lang=\"cy\"><h2>"));
  escape(out, words_of(LANG_CY, title_of(status)));
  buf_put(out, S("</h2>"));
  if (!str_eq(said, sentence)) {
    buf_put(out, S("<p>"));
    escape(out, said);
    buf_put(out, S("</p>"));
  }
  buf_put(out, S("</div>"));
}

void plain_page(struct buf *out, int status, struct str sentence, struct str reference) {
  struct str title = status_title(status);
  buf_put(out,
          S("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>"));
  escape(out, title);
  buf_put(out, S("</title><link rel=\"stylesheet\" href=\""));
  escape(out, str_of(asset_path("style.css")));
  buf_put(out, S("\"></head><body><main id=\"main\" class=\"wrap\"><h1>"));
  escape(out, title);
  buf_put(out, S("</h1><p>"));
  escape(out, sentence);
  buf_put(out, S("</p>"));
  if (reference.n) {
    buf_put(out, S("<p>Reference: "));
    escape(out, reference);
    buf_put(out, S("</p>"));
  }
  in_welsh(out, status, sentence);
  buf_put(out, S("<p><a href=\"/\">Go to the start page</a></p></main></body></html>\n"));
}

void security_headers(header_sink *put, void *to, bool tls, bool cors) {
  put(to, "Content-Security-Policy",
      S("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri "
        "'none'; "
        "frame-ancestors 'none'"));
  put(to, "X-Content-Type-Options", S("nosniff"));
  put(to, "Referrer-Policy", S("no-referrer"));
  put(to, "Cross-Origin-Opener-Policy", S("same-origin"));
  put(to, "Cross-Origin-Resource-Policy", cors ? S("cross-origin") : S("same-origin"));
  put(to, "Permissions-Policy",
      S("camera=(), microphone=(), geolocation=(self), payment=(), usb=(), "
        "browsing-topics=()"));
  put(to, "X-Frame-Options", S("DENY"));
  if (tls) put(to, "Strict-Transport-Security", S("max-age=63072000; includeSubDomains"));
  if (cors) put(to, "Access-Control-Allow-Origin", S("*"));
}
