/* out: everything that leaves this machine goes through here: feeds read, messages sent, other
 * systems asked. In a server one process does it all (the only one that may speak to the network);
 * in a command and in tests the caller's own process does, with the same rules:
 *   - http and https only (and smtp, smtps for mail), certificates checked;
 *   - no address of this machine or a private network is connected to, whatever the name says and
 * however often it is asked (checked on the address itself, at each connection and redirect),
 * unless its host is allowed by the installation's settings;
 *   - at most bytes_max come back, in at most timeout_s; at most three redirects, and never from
 * https to http. */
#ifndef WAYMARK_WEB_OUT_H
#define WAYMARK_WEB_OUT_H
#include "base/base.h"

enum { OUT_BYTES_MAX = 256 << 20, OUT_HEADERS_MAX = 20, OUT_TO_MAX = 20, OUT_SECONDS_MAX = 300 };
struct out_request {
  struct str method; /* "GET", "POST"...; "" = GET, or POST with a body; "MAIL" = send `body` as a
                        message */
  struct str url;
  struct str body, content_type;
  struct str headers[OUT_HEADERS_MAX]; /* "Name: value"; "" ends the list */
  struct str from, to[OUT_TO_MAX];     /* MAIL: envelope */
  struct str user, password;           /* MAIL */
  size_t bytes_max;                    /* 0 = 16 MiB */
  int timeout_s;                       /* 0 = 30 */
  bool stay; /* no redirect is followed: the address given and no other */
};
struct out_reply {
  int status; /* HTTP status; 250 for mail that was taken */
  struct str body, content_type, etag, retry_after, location /* where the last redirect led */;
};
/* False: nobody answered, or a rule above forbade it; why says which. An HTTP error status is an
 * answer. */
bool out_send(struct arena *a, const struct out_request *request, struct out_reply *reply,
              struct why *why);
/* Hosts that may be reached although their address is private ("127.0.0.1,intranet.example"). Once,
 * at start. */
void out_allow(const char *hosts);

/* Is this an address no feed may lead to: this machine, private, link-local, multicast, shared,
 * documentation? */
struct sockaddr;
bool out_address_private(const struct sockaddr *address);

/* web's own: this process asks through fd; the out process serves these ends until stop_fd is
 * closed. */
void out_through(int fd);
int out_serve(const int *fd, size_t n, int stop_fd);
bool out_frame_put(struct buf *b, const struct out_request *request, uint64_t ticket);
bool out_frame_get(struct str frame, struct out_request *request,
                   uint64_t *ticket); /* strings borrow */
#endif
