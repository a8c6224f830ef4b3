/* Workbooks as people really keep them, made here from a seed (nobody in them is real), and what is
 * read from them. */
#include <stdio.h>
#include "base/xlsx.h"
#include "exchange/exchange_test.h"

static const char *const given_names[] = {"Dee", "Sam", "Ola", "Piotr", "Mair", "Abdi", "Lin",
                                          "Tom", "Zara", "Euan"};
static const char *const family_names[] = {"Marsh",  "Quay",   "Sandhu", "Pike",   "Okafor",
                                           "Thrift", "Jones",  "Kerr",   "Lovell", "Brack"};

struct book { struct xlsx_out *o; struct str path; struct arena *a; };

static struct book book_open(struct arena *a) {
  static char folder[64];
  static int n;
  struct why why;
  if (!folder[0]) test_folder(folder);
  struct book b = {.a = a, .path = str_format(a, "%s/%d.xlsx", folder, n++)};
  b.o = xlsx_out_open(a, str_c(a, b.path), S("Sheet1"), &why);
  assert_non_null(b.o);
  return b;
}

static void row_of(struct book *b, const char *cells) {
  struct str rest = str_of(cells);
  bool more = true;
  while (more) {
    size_t at = str_find_byte(rest, '|');
    more = at < rest.n;
    xlsx_out_cell(b->o, str_slice(rest, 0, at));
    rest = str_slice(rest, at + 1, rest.n);
  }
  xlsx_out_row_end(b->o);
}

static struct str book_close(struct book *b) {
  struct str bytes;
  struct why why;
  assert_true(xlsx_out_commit(b->o, &why));
  assert_true(file_read(b->a, str_c(b->a, b->path), 8 << 20, &bytes, &why));
  return bytes;
}

struct str workbook(struct arena *a, const char *const *rows, size_t n) {
  struct book b = book_open(a);
  for (size_t i = 0; i < n; i++) row_of(&b, rows[i]);
  return book_close(&b);
}

static struct str person_name(struct arena *a, int i, bool list_order) {
  const char *given = given_names[i % 10], *family = family_names[i / 10 % 10];
  return list_order ? str_format(a, "%s%d, %s", family, i / 100, given)
                    : str_format(a, "%s %s%d", given, family, i / 100);
}

/* A title, headings merged over two rows, days as words and as numbers, ten dated notes in a cell,
 * what nobody should read in beside it. */
struct str workbook_client_list(struct arena *a) {
  struct book b = book_open(a);
  row_of(&b, "Northquay Advice: client list (invented)");
  row_of(&b, "Ref|Name|D.O.B.|Contact details|||Next of kin||NI Number|Notes|T-shirt size");
  row_of(&b, "|||Mobile|E-mail|Post Code|Name|Tel|||");
  for (int i = 0; i < 497; i++) {
    char notes[1200];
    size_t n = 0;
    for (int k = 0; k < 10; k++)
      n += (size_t)snprintf(notes + n, sizeof notes - n, "%s%d/%d/25%s talk %d of %d",
                            k ? "\n" : "", k + 1, i % 12 + 1, k % 2 ? ":" : " -", k, i);
    struct str born = i % 3 ? str_format(a, "%d", 25569 + i * 20)
                            : str_format(a, "%d.%d.19%d", i % 28 + 1, i % 12 + 1, 60 + i % 40);
    struct str name = person_name(a, i, false);
    struct str line = str_format(
        a, "C%d|%.*s|%.*s|07700 9%05d|%s%d@example.org|NQ1 1AA|Their sister|07700 900000|"
           "QQ123456C|%s|M",
        i, P(name), P(born), i, given_names[i % 10], i, notes);
    row_of(&b, str_c(a, line));
  }
  return book_close(&b);
}

/* A row for each talk: five rows a person, the name as a list writes it. */
struct str workbook_contact_log(struct arena *a) {
  struct book b = book_open(a);
  row_of(&b, "Client Name|Date of contact|Type of contact|What happened|Key worker");
  for (int i = 0; i < 500; i++) {
    struct str day = i % 2 ? str_format(a, "%d", 45700 + i / 5)
                           : str_format(a, "%d/%d/2025", i % 28 + 1, i % 12 + 1);
    struct str name = person_name(a, i / 5, true);
    row_of(&b, str_c(a, str_format(a, "%.*s|%.*s|%s|Talked about the course, part %d|JB", P(name),
                                   P(day), i % 3 ? "Phone" : "In person", i % 5)));
  }
  return book_close(&b);
}

/* First and last names apart, numbers that lost their nought, two in one home with one telephone,
 * rows without a name that go on from the one above, a few cells nobody can read. */
struct str workbook_council_list(struct arena *a) {
  struct book b = book_open(a);
  row_of(&b, "First name|Surname|Date of birth|Telephone|Address 1|Address 2|Postcode|Comments");
  for (int i = 0; i < 250; i++) {
    const char *born = i == 7 ? "31/02/1980" : i == 8 ? "not sure" : "12 May 1985";
    row_of(&b, str_c(a, str_format(a, "%s|%s%d|%s|7700%06d|%d High Street|Seaborough|NQ1 1AA|Came "
                                      "to the open day",
                                   given_names[i % 10], family_names[i / 10 % 10], i / 100, born,
                                   900000 + i / 2, i)));
    row_of(&b, "|||||||15/6/2025 rang back; wants evenings");
  }
  return book_close(&b);
}
