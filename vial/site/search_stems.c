/*
 * search_stems.c - which words of a language are forms of one
 *
 *   comes in:  words
 *   goes out:  their stems; which endings lead to the same
 *
 * The endings are those that most often tell two words of one stem apart, counted over the word
 * lists of Debian (wamerican, wngerman and so on). They are only what is tried: what they mean is
 * libstemmer's to say, of each stem anew. So what they let a browser find is what libstemmer would
 * have found; what it misses are rarer endings.
 */
#include "vial/site/search_stems.h"

#include "vial/base/buf.h"
#include "vial/base/utf8.h"
#include "vial/site/search_tokens.h"
#include <libstemmer.h>

struct stems {
    struct sb_stemmer *stemmer; /* NULL: nobody knows the language */
    str endings[ENDINGS_MOST];  /* with accents */
    str bare[ENDINGS_MOST];
    size_t nendings;
};

static const struct {
    const char *language, *endings;
} usual[] = {
    { "da", "~ ~er ~ers ~erne ~ernes ~s ~en ~ens ~e ~es ~et ~ets ~ene ~enes ~ere ~ende "
            "~eres ~eren ~erens ~eret ~erer ~erende ~else ~elser ~t ~elsen ~elses ~elsens "
            "~elsernes ~elsers ~elserne ~ter ~te ~terne ~ters ~ternes ~ten ~tes ~tens "
            "~ler ~ker ~endes ~erede ~ig ~lernes ~lerne ~lers ~ts ~ken ~ke ~kerne ~kers "
            "~kernes ~elig ~ige ~le" },
    { "de", "~en ~e ~ ~es ~er ~em ~est ~enden ~endem ~ende ~end ~endes ~ender ~s ~st ~ere "
            "~ung ~ungen ~eren ~ern ~ens ~ers ~erer ~eres ~ene ~erem ~enen ~ener ~enes "
            "~enem ~isch ~ischen ~ische ~ischer ~isches ~ischem ~igen ~ige ~ig ~ste ~sten "
            "~stes ~iger ~ster ~igem ~iges ~stem ~este ~esten ~estes ~ester ~estem "
            "~lichen ~lich ~liche ~liches" },
    { "en", "~ ~s ~ed ~ing ~es ~e ~er y ~ers ~ation ~ly ~ate ~ates ~ated ~ating ~ies ~ion "
            "~ness ~ations ~ions ~al ing ~ic ~able ~ings ~ity ~ized ~izing ~d ~izes ~ize "
            "~ive ~ous ~ally ying ~ent ~als ~ically ~ment ~ful ~y ~ling ~ant ~ously ~ting "
            "~ence ~ied ~led ~ely ~ism ied ier iest iness ily e" },
    { "es", "~a ~o ~ar ~ada ~ado ~ador ~adora ~ ~ación ~e ~amiento ~ear ~osa ~oso ~ante "
            "~amente ~ería ~able ~adamente ~ista ~ido ~idad ~ida ~ir ~osamente ~ía ~ismo "
            "~ativa ~ativo ~er ~ivo ~iva ~imiento ~ona ~arse ~mente ~ible cia ~osidad ~as "
            "~ácea ~áceo ~eada ~eado ~anza ~í ~te ~emente ~ático ~ablemente ~ática ~esa "
            "~abilidad ~ogía ~ivamente ~eador" },
    { "fi", "~ ~n ~a ~ä ~ssa ~ssä ~sta ~stä ~lla ~llä ~lta ~ltä ~lle ~ksi ~na ~nä ~t ~en "
            "~in ~ien ~ia ~iä ~issa ~issä ~ista ~istä ~illa ~illä ~ille ~iksi ~ni ~nsa "
            "~nsä ~ja ~jä ~jen ~an ~än ~on ~ön ~isiin ~ään ~aan ~oja ~ojen" },
    { "fr", "~e ~es ~er ~iez ~ée ~aient ~ais ~ait ~é ~ées ~ez ~és ~ant ~a ~as ~èrent ~ai "
            "~eriez ~erai ~erions ~erons ~era ~eraient ~erait ~erez ~erais ~eront ~eras "
            "~asse ~asses ~assent ~assiez ~assions ~âtes ~âmes ~ât ~ions ~ ~s ~ement ~ie "
            "~ation ~ies ~ations ~ne ~nes ~ante ~is ~antes ~ique ~ants ~isse ~isses ~it "
            "~issiez ~issions" },
    { "it", "~i ~e ~a ~o ~ato ~ano ~ata ~are ~ati ~iamo ~ate ~iate ~ando ~ava ~ò ~avano "
            "~asse ~arono ~erà ~avi ~assi ~assero ~avamo ~avo ~avate ~ammo ~erò ~assimo "
            "~erai ~erebbe ~erei ~eremo ~eranno ~erebbero ~erete ~eremmo ~ereste ~eresti "
            "~ante ~ia ~io ~endo ~ere ~ito ~ono ~hi ~arsi ~iti ~iva ~ita ~iato ~iare ~ivo "
            "~iata ~iati ~iano" },
    { "nl", "~ ~en ~e ~s ~ing ~ingen ~end ~ende ~ig ~ige ~ten ~ken ~ren ~se ~heid ~te "
            "~len ~igheid ~den ~men ~nen ~igen ~baar ~elijk ~elijke ~ar ~de ~gen ~bare "
            "~ars ~le ~heden ~iging ~pen ~elijkheid ~rend ~rende ~igingen ~~en ~~e ~~ing "
            "~~er" },
    { "no", "~ ~ene ~er ~en ~ens ~a ~e ~et ~ets ~es ~enes ~ende ~s ~ers ~ede ~else ~elsen "
            "~t ~elser ~elsene ~te ~elsens ~het ~heten ~as ~heter ~hetene ~ig ~hetens "
            "~ige ~ighet ~igheten ~igheter ~ighetene ~lig ~elige ~elig ~lige ~ighetens "
            "~ligheten ~lighet ~lighetene ~ligheter ~elighet ~eligheten ~eligheter "
            "~elighetene ~lighetens ~sloven ~slov ~elighetens ~slovens ~ar ~elsenes "
            "~loven ~lov" },
    { "pt", "~a ~as ~o ~es ~e ~em ~amos ~ais ~eis ~am ~emos ~ada ~ei ~ado ~adas ~ados ~ar "
            "~aria ~arias ~ares ~áveis ~arei ~ará ~areis ~arem ~aras ~aremos ~ariam ~ara "
            "~arão ~aríeis ~arás ~ava ~avas ~aram ~avam ~aste ~asses ~áreis ~ardes ~ando "
            "~astes ~asse ~aríamos ~ou ~ásseis ~assem ~ávamos ~armos ~áramos ~ássemos "
            "~ámos ~á ~os ~ação ~ações" },
    { "ru", "~ ~а ~у ~ом ~е ~ы ~ов ~ам ~ами ~ах ~и ~ой ~ый ~ая ~ое ~ые ~ого ~ому ~ым ~ых "
            "~ыми ~ую ~ей ~ию ~ия ~ий ~ии ~ями ~ях ~ям ~ем ~ю ~я ~ь ~ть ~л ~ла ~ло ~ли "
            "~ет ~ут ~ют ~ит ~ят ~ешь ~ишь ~ать ~ить ~ал ~ала ~или ~ил" },
    { "sv", "~ ~s ~en ~ens ~a ~ar ~as ~er ~arna ~arnas ~at ~ade ~ernas ~erna ~ades ~ad ~e "
            "~ande ~t ~are ~es ~andet ~or ~ornas ~orna ~aren ~arens ~iga ~ig ~igt ~liga "
            "~lig ~ligt ~ast ~aste ~ts ~ligaste ~ligast ~ligare ~het ~heten ~hetens ~else "
            "~ten ~tens ~elses ~elsen ~elsens ~erns ~ern ~igaste ~igast ~igare ~ta ~d "
            "~elsernas" },
};

/* "pt" of "pt-BR"; Norwegian is known by one name. */
static const char *stemmer_name(str language, struct arena *a)
{
    str name = str_lower(a, str_cut(&language, '-'));

    return str_eq(name, S("nb")) || str_eq(name, S("nn")) ? "no" : str_cstr(a, name);
}

static void take_endings(struct stems *stems, str list, struct arena *a)
{
    while (list.len) {
        str ending = str_cut(&list, ' ');

        stems->endings[stems->nendings] = ending;
        stems->bare[stems->nendings++] = token_bare(ending, a);
    }
}

struct stems *stems_new(str language, struct arena *a)
{
    struct stems *stems = arena_make(a, struct stems);
    const char *name = stemmer_name(language, a);

    stems->stemmer = sb_stemmer_new(name, "UTF_8");
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (strcmp(usual[i].language, name) == 0)
            take_endings(stems, str_of(usual[i].endings), a);
    return stems;
}

void stems_end(struct stems *stems)
{
    if (stems->stemmer)
        sb_stemmer_delete(stems->stemmer);
}

str stems_of(struct stems *stems, str word)
{
    if (!stems->stemmer || !word.len)
        return word;
    const sb_symbol *stem =
        sb_stemmer_stem(stems->stemmer, (const sb_symbol *)word.p, (int)word.len);
    if (!stem)
        out_of_memory(word.len);
    return str_n((const char *)stem, (size_t)sb_stemmer_length(stems->stemmer));
}

size_t stems_endings(const struct stems *stems, const str **endings)
{
    *endings = stems->bare;
    return stems->nendings;
}

/* ---- forms that nobody wrote ---- */

/* Bytes that both begin with, whole code points. */
static size_t shared(str a, str b)
{
    size_t n = 0;

    while (n < a.len && n < b.len && a.p[n] == b.p[n])
        n++;
    while (n && n < a.len && ((unsigned char)a.p[n] & 0xC0) == 0x80)
        n--;
    return n;
}

static void put_ending(struct buf *word, str letter, str ending)
{
    while (str_starts(ending, S("~"))) {
        buf_add(word, letter);
        ending = str_from(ending, 1);
    }
    buf_add(word, ending);
}

/* Where the last letter before `end` begins. */
static size_t letter_before(str word, size_t end)
{
    size_t at = end - 1;

    while (at && ((unsigned char)word.p[at] & 0xC0) == 0x80)
        at--;
    return at;
}

uint64_t stems_reach(struct stems *stems, str stem, str form, size_t *keep)
{
    enum { LEAST = 2, LONGEST = 200 };
    size_t end = shared(form, stem);
    char room[LONGEST + 64], kept[LONGEST];
    uint64_t reach = 0;

    if (!stems->stemmer || !stems->nendings || !end || form.len > LONGEST || stem.len > LONGEST)
        return 0;
    *keep = letter_before(form, end);
    if (*keep < LEAST)
        return 0;
    memcpy(kept, stem.p, stem.len); /* the stemmer may have it, and is asked again */
    str letter = str_slice(form, *keep, end);
    for (size_t i = 0; i < stems->nendings; i++) {
        struct buf word = { room, 0, sizeof room, NULL };

        buf_add(&word, str_slice(form, 0, *keep));
        put_ending(&word, letter, stems->endings[i]);
        if (!str_eq(buf_str(&word), form) &&
            str_eq(stems_of(stems, buf_str(&word)), str_n(kept, stem.len)))
            reach |= UINT64_C(1) << i;
    }
    return reach;
}
