/* trains_test: a hand-made rail timetable as Great Britain publishes it, round Clacton and Harwich:
 * overlays, a cancellation, bank holidays, a fixed link, a link with hours. The times are invented.
 */
#include <stdio.h>
#include "reach/trains_test.h"

void cif_line(struct buf *b, const char *start, const char *end_letter) {
  char line[82];
  snprintf(line, sizeof line, "%-79.79s%s", start, end_letter);
  buf_format(b, "%s\n", line);
}

void schedule(struct buf *b, const char *uid, const char *from_to, const char *days, char holiday,
              const char *stp, const char *const *calls) {
  char line[100];
  snprintf(line, sizeof line, "BSN%-6s%s%s%cPOO2A00", uid, from_to, days, holiday);
  cif_line(b, line, stp);
  if (stp[0] == 'C') return;
  cif_line(b, "BX         LEY", " ");
  for (; *calls; calls++) cif_line(b, *calls, " ");
}

const char trains_msn[] =
    "A                             FILE-SPEC=05 1.00 21/11/26 00.00.00   001                       "
    " \n"
    "A    CLACTON ON SEA                0CLACTONCLT   CLT16177 62154 4                 \n"
    "A    THORPE-LE-SOKEN               1THORPLSTLS   TLS16179 62214 3                 \n"
    "A    MANNINGTREE                   1MANNGTRMNG   MNG16093 62322 4                 \n"
    "A    HARWICH INTERNATIONAL         1HARWICHHPQ   HPQ16240 62330 5                 \n"
    "A    HARWICH TOWN                  0HRWCHTNHWC   HWC16259 62326 5                 \n"
    "A    COLCHESTER                    2CLCHSTRCOL   COL15990 62264 5                 \n"
    "A    EXAMPLE QUAY                  0EXQUAY EXQ   EXQ16260 62330 5                 \n";

void write_trains(struct buf *b) {
  static const char *const clacton[] = {"LOCLACTON 0700 07001         TB",
                                        "LITHORPLS 0712 0714      07120714         T ",
                                        "LTCLCHSTR 0740 07401     TF", NULL};
  static const char *const main_line[] = {"LOCLCHSTR 0750 07501         TB",
                                          "LIMANNGTR 0800 0802      08000802         T ",
                                          "LTHARWICH 0820 08201     TF", NULL};
  static const char *const later[] = {"LOCLCHSTR 0850 08501         TB",
                                      "LIMANNGTR 0900 0902      09000902         T ",
                                      "LTHARWICH 0920 09201     TF", NULL};
  static const char *const branch[] = {"LOHARWICH 0830 08301         TB",
                                       "LTHRWCHTN 0835 08351     TF", NULL};
  static const char *const slow_branch[] = {"LOHARWICH 0840 08401         TB",
                                            "LTHRWCHTN 0850 08501     TF", NULL};
  static const char *const sunday[] = {"LOCLACTON 0900 09001         TB",
                                       "LTCLCHSTR 0945 09451     TF", NULL};
  static const char *const night[] = {"LOCLCHSTR 2350 23501         TB",
                                      "LTCLACTON 0025 00251     TF", NULL};
  cif_line(b, "HDTPS.UDFROC1.PD26112121112600000000000000FA", " ");
  schedule(b, "C00001", ALWAYS_DATES, "1111100", ' ', "P", clacton);
  schedule(b, "C00002", ALWAYS_DATES, "1111100", ' ', "P", main_line);
  schedule(b, "C00003", ALWAYS_DATES, "1111111", ' ', "P", branch);
  schedule(b, "C00003", "261109261109", "1000000", ' ', "O",
           slow_branch); /* Monday 9 November: runs later */
  schedule(b, "C00004", ALWAYS_DATES, "0000001", ' ', "P", sunday);
  schedule(b, "C00005", ALWAYS_DATES, "1111100", ' ', "P", later);
  schedule(b, "C00002", "261110261110", "0100000", ' ', "C",
           NULL); /* Tuesday 10 November: does not run */
  schedule(b, "C00006", ALWAYS_DATES, "1111100", 'X', "P", night);
  cif_line(b, "ZZ", " ");
}

const char trains_alf[] =
    "M=WALK,O=HWC,D=EXQ,T=10,S=0700,E=2200,P=4,F=01/01/2026,U=31/12/2027,R=1111110\n";
const char trains_flf[] = "ADDITIONAL LINK: WALK BETWEEN HWC AND HPQ IN  45 MINUTES\nEND\n";
