/* nickname: which forenames are the same person's. Each line is one group; a name may stand in two (alex). Names in
 * common use in Britain and Ireland, written from general knowledge; add a word to a line to teach it. */
#include "linkage/norm.h"

static const char *const groups[] = {
  "alexander alex alec alistair alasdair sandy sasha xander", "alexandra alex sandra sasha lexi alexa",
  "elizabeth liz lizzie lizzy beth betty betsy eliza elsie libby lisa bess bessie elspeth lillibet",
  "william will bill billy willy liam wil willie", "robert rob bob bobby robbie bert rab", "richard rick dick richie ricky rich",
  "james jim jimmy jamie jem", "john jon jack johnny ian sean johnnie", "jonathan jon jonny johnathan jonathon nathan",
  "michael mike mick mickey micky mikey mitch", "margaret maggie meg peggy peg marge margie greta rita madge daisy",
  "catherine kate katie cathy kathy katherine kathryn catharine kath cath kitty kay kat", "kathleen kath kathy kate katie kay",
  "thomas tom tommy thom", "edward ed eddie ted teddy ned", "edmund ed eddie ted ned", "edwin ed eddie",
  "david dave davey davy dai", "daniel dan danny", "danielle dani danni", "joseph joe joey", "josephine jo josie",
  "joanne jo joanna joan", "samuel sam sammy", "samantha sam sammy", "christopher chris kit topher", "christine chris chrissie tina christina",
  "christina chris tina chrissie kristina", "anthony tony ant antony", "andrew andy drew", "matthew matt matty", "nicholas nick nicky nico nicolas",
  "nicola nicky nicki nikki", "patrick pat paddy", "patricia pat patty trish tricia patsy", "peter pete", "philip phil phillip pip",
  "stephen steve stevie steven", "stephanie steph stevie", "susan sue susie suzy susanna suzanne", "susannah sue susie susanna",
  "timothy tim timmy", "benjamin ben benny benji", "charles charlie chuck chas charley", "charlotte charlie lottie lotty char",
  "frederick fred freddie freddy", "francis frank frankie fran", "frances fran frankie fanny francesca", "francesca fran frankie cesca chess",
  "george georgie", "georgina georgie gina george georgia", "gerald gerry jerry ged", "gerard gerry ged", "geoffrey geoff jeff jeffrey",
  "gregory greg", "harold harry hal", "henry harry hal hank", "harriet harry hattie hatty", "jacob jake jack", "jacqueline jackie jacqui jacky",
  "jennifer jen jenny jenna", "jessica jess jessie", "janet jan jenny", "janice jan", "judith judy jude", "kenneth ken kenny", "lawrence larry laurie laurence",
  "leonard len lenny leo", "lewis lou louis louie", "louise lou lulu", "lucy lucille lucinda lu", "madeleine maddie maddy madeline", "martin marty martyn",
  "mary molly polly may maria marie moll", "maurice mo morris", "nathaniel nat nate nathan", "natalie nat natasha", "natasha tasha nat", "oliver ollie olly",
  "olivia liv livvy ollie", "pamela pam", "penelope penny", "rebecca becky becca bex", "raymond ray", "rachel rach rachael", "ronald ron ronnie", "rosemary rose rosie",
  "roderick rod roddy", "rodney rod", "rupert bert", "albert al bert bertie", "alfred alf alfie fred", "arthur art arty", "alan al allan allen", "abigail abby abbie gail",
  "amanda mandy manda", "angela angie ange", "ann anne annie nan nancy anna", "antonia toni", "barbara barb babs barbie", "bernard bernie", "bernadette bernie", "beatrice bea bee trixie",
  "belinda bel lindy", "brian bryan", "bridget bridie biddy", "caroline carol caz carrie", "carolyn carol lyn", "cecilia celia cissie", "clifford cliff", "colin col", "cynthia cindy",
  "deborah deb debbie debra debby", "dennis den denny", "derek del", "diana di diane", "donald don donnie", "dorothy dot dotty dolly dora", "douglas doug dougie", "duncan dunc",
  "eleanor ellie nell nora ella lenny", "ellen nell nellie ellie", "emily em emmie millie", "emma em emmie", "ernest ernie", "esther essie hetty", "eugene gene", "evelyn eve evie", "gabriel gabe",
  "gabrielle gabby gaby", "gillian gill jill", "gwendolyn gwen wendy", "helen nell ellie ellen", "herbert bert herb", "hubert bert hugh", "hugh hughie huw", "imogen immy", "isabella bella izzy isabel belle",
  "isabel bella izzy belle isobel isabelle", "isaac ike zac", "joshua josh", "julia jules julie", "julian jules", "juliet jules", "kimberley kim kimberly", "kevin kev", "kristopher kris chris", "leslie les lesley", "lillian lily lil lilian",
  "linda lin lindy lynda", "lynne lyn lynn", "marcus mark marc", "marjorie marge margie", "matilda tilly mattie", "maximilian max", "maxine max", "melanie mel", "melissa mel lissa", "millicent millie milly", "mildred millie milly", "mohammed mo mohammad muhammad mohamed mohd mohamad",
  "muriel mu", "neil niall neal", "norman norm", "pauline paula", "percival percy", "phyllis phyl", "prudence pru", "reginald reg reggie", "roger rodge", "rosalind ros roz", "roland rollo roly", "russell russ", "sarah sally sara sadie", "sebastian seb", "sharon shaz", "sheila shelagh",
  "shirley shirl", "sidney sid sydney", "sophia sophie soph", "stanley stan", "stuart stu stewart", "terence terry", "theresa terry tess tessa teresa", "theodore theo ted teddy", "tobias toby", "tracy trace tracey", "valerie val", "vanessa nessa", "veronica ronnie", "victor vic", "victoria vicky tori vick vikki",
  "vincent vince vinnie", "violet vi", "virginia ginny ginger", "vivian viv vivien", "wallace wally", "walter wally walt", "wilfred wilf", "winifred win winnie", "yvonne von", "zachary zac zach zack", "abdul abdel abdal", "yusuf yousef youssef yousuf", "hussain hussein husain", "ahmed ahmad", "fatima fatema fatimah", "aisha ayesha aishah", "siobhan shevaun", "caitlin kaitlin katelyn kaitlyn",
};

enum { SLOTS = 2048 }; /* a power of two, well above twice the words above */
static struct { struct str word; uint16_t group[2]; } slot[SLOTS];
static bool ready;

static size_t seek(struct str word) {
  size_t at = hash64(word, 7) & (SLOTS - 1);
  while (slot[at].word.n && !str_eq(slot[at].word, word)) at = (at + 1) & (SLOTS - 1);
  return at;
}

/* Filled once from the constant lines above; afterwards only read. */
static void prepare(void) {
  if (ready) return;
  for (size_t g = 0; g < countof(groups); g++) {
    struct str rest = str_of(groups[g]);
    while (rest.n) {
      struct str word = str_cut(&rest, ' ');
      size_t at = seek(word);
      slot[at].word = word;
      if (!slot[at].group[0]) slot[at].group[0] = (uint16_t)(g + 1);
      else if (!slot[at].group[1]) slot[at].group[1] = (uint16_t)(g + 1);
    }
  }
  ready = true;
}

void nick_groups(struct str folded, uint16_t out[2]) {
  prepare();
  size_t space = str_find_byte(folded, ' ');
  size_t at = seek(str_slice(folded, 0, space));
  out[0] = slot[at].group[0];
  out[1] = slot[at].group[1];
}

uint64_t nick_key(struct str folded) {
  uint16_t group[2];
  nick_groups(folded, group);
  return group[0] ? group[0] : hash64(folded, 11);
}
