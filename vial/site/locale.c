/*
 * locale.c - ICU, loaded when it is needed
 *
 *   comes in:  the code of a language, dates, words, numbers
 *   goes out:  what that language makes of them
 *
 * ICU's functions carry its version in their names; its headers know which, and the library of just
 * that version is looked for. What it makes is kept per language and used by one thread at a time:
 * its formats keep a calendar inside.
 */
#include "vial/site/locale.h"
#include "vial/base/map.h"
#include "vial/base/nearest.h"
#include "vial/base/utf8.h"
#include "vial/site/plain_order.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <unicode/ucal.h>
#include <unicode/ucol.h>
#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/uenum.h>
#include <unicode/uloc.h>
#include <unicode/upluralrules.h>
#include <unicode/ustring.h>

#define TEXT_OF(x) #x
#define NAME_OF(x) TEXT_OF(x)

#define FUNCTIONS(X)                                                                               \
    X(ucal_close)                                                                                  \
    X(ucal_get)                                                                                    \
    X(ucal_getCanonicalTimeZoneID)                                                                 \
    X(ucal_open)                                                                                   \
    X(ucal_openTimeZones)                                                                          \
    X(ucal_setMillis) X(ucol_close) X(ucol_open) X(ucol_setAttribute) X(ucol_strcollUTF8)          \
        X(udat_close) X(udat_format) X(udat_open) X(udatpg_close) X(udatpg_getBestPattern)         \
            X(udatpg_open) X(uenum_close) X(uenum_next) X(uloc_forLanguageTag)                     \
                X(uloc_getDisplayName) X(uplrules_close) X(uplrules_open) X(uplrules_select)       \
                    X(u_strFromUTF8WithSub) X(u_strToUTF8)

static struct {
#define MEMBER(name) __typeof__(name) *name##_;
    FUNCTIONS(MEMBER)
#undef MEMBER
    bool there;
} icu;

static pthread_once_t once = PTHREAD_ONCE_INIT;

static const char library[] = "libicui18n.so." U_ICU_VERSION_SHORT;

static void load(void)
{
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);

    icu.there = handle != NULL;
#define FIND(name)                                                                                 \
    if (icu.there)                                                                                 \
        icu.there = (*(void **)(void *)&icu.name##_ = dlsym(handle, NAME_OF(name))) != NULL;
    FUNCTIONS(FIND)
#undef FIND
}

bool locale_start(struct error *err)
{
    pthread_once(&once, load);
    if (icu.there)
        return true;
    error_at(err, (struct place){ .file = str_of(library) }, "ICU is not installed");
    return error_hint(err, "languages and time zones need it: on Debian, 'apt install libicu%s'",
                      U_ICU_VERSION_SHORT);
}

/* ---- a language ---- */

enum { ID_SIZE = 64, FORMATS = 32 };

struct format {
    char name[ID_SIZE];
    UDateFormat *made;
};

struct locale {
    pthread_mutex_t lock; /* over what is opened when it is needed, which is all that follows */
    char id[ID_SIZE];     /* but these two; as ICU calls it: "pt_BR"                         */
    bool plain;           /* plain words have the usual order                                */
    _Atomic(UCollator *) collator; /* once it is there any thread may use it */
    UPluralRules *plurals;
    struct format formats[FORMATS];
    size_t nformats;
};

static void id_of(str code, char id[ID_SIZE])
{
    char tag[ID_SIZE];
    size_t n = code.len < ID_SIZE ? code.len : ID_SIZE - 1;
    UErrorCode status = U_ZERO_ERROR;

    memcpy(tag, code.p, n);
    tag[n] = '\0';
    icu.uloc_forLanguageTag_(tag, id, ID_SIZE, NULL, &status);
    if (U_FAILURE(status) || !id[0])
        strcpy(id, "root");
}

struct locale *locale_open(str code)
{
    struct locale *locale = calloc(1, sizeof *locale);

    if (!locale)
        abort();
    pthread_mutex_init(&locale->lock, NULL);
    id_of(code, locale->id);
    locale->plain = plain_language(code);
    return locale;
}

void locale_close(struct locale *locale)
{
    if (!locale)
        return;
    if (locale->collator)
        icu.ucol_close_(locale->collator);
    if (locale->plurals)
        icu.uplrules_close_(locale->plurals);
    for (size_t i = 0; i < locale->nformats; i++)
        icu.udat_close_(locale->formats[i].made);
    pthread_mutex_destroy(&locale->lock);
    free(locale);
}

/* NULL: this language has none. Its tables are 2 MB, and plain words do without. */
static UCollator *collator_of(struct locale *locale)
{
    UErrorCode status = U_ZERO_ERROR;
    UCollator *collator = locale->collator;

    if (collator)
        return collator;
    pthread_mutex_lock(&locale->lock);
    collator = locale->collator;
    if (!collator && (collator = icu.ucol_open_(locale->id, &status))) {
        icu.ucol_setAttribute_(collator, UCOL_NUMERIC_COLLATION, UCOL_ON, &status);
        locale->collator = collator;
    }
    pthread_mutex_unlock(&locale->lock);
    return collator;
}

int locale_compare(struct locale *locale, str a, str b)
{
    UErrorCode status = U_ZERO_ERROR;

    if (locale->plain && plain_words(a) && plain_words(b))
        return plain_order(a, b);
    UCollator *collator = collator_of(locale);
    if (!collator)
        return str_cmp(a, b);
    return (int)icu.ucol_strcollUTF8_(collator, a.p, (int32_t)a.len, b.p, (int32_t)b.len, &status);
}

/* ---- texts: ICU's are of 16 bits ---- */

static UChar *to_wide(str text, int32_t *count, struct arena *a)
{
    int32_t room = (int32_t)text.len + 1;
    UChar *wide = arena_array(a, UChar, (size_t)room);
    UErrorCode status = U_ZERO_ERROR;

    icu.u_strFromUTF8WithSub_(wide, room, count, text.p ? text.p : "", (int32_t)text.len, 0xFFFD,
                              NULL, &status);
    return wide;
}

static str from_wide(const UChar *wide, int32_t count, struct arena *a)
{
    int32_t room = count * 3 + 1, length = 0;
    char *text = arena_alloc(a, (size_t)room);
    UErrorCode status = U_ZERO_ERROR;

    icu.u_strToUTF8_(text, room, &length, wide, count, &status);
    return str_n(text, U_FAILURE(status) ? 0 : (size_t)length);
}

str locale_plural(struct locale *locale, double number, struct arena *a)
{
    UChar word[16];
    UErrorCode status = U_ZERO_ERROR;
    int32_t count = 0;

    pthread_mutex_lock(&locale->lock);
    if (!locale->plurals) {
        locale->plurals = icu.uplrules_open_(locale->id, &status);
        status = U_ZERO_ERROR;
    }
    if (locale->plurals)
        count = icu.uplrules_select_(locale->plurals, number, word, 16, &status);
    pthread_mutex_unlock(&locale->lock);
    return locale->plurals && U_SUCCESS(status) ? from_wide(word, count, a) : S("other");
}

str locale_name(str code, struct arena *a)
{
    enum { ROOM = 128 };
    char id[ID_SIZE];
    UChar name[ROOM];
    UErrorCode status = U_ZERO_ERROR;

    id_of(code, id);
    int32_t count = icu.uloc_getDisplayName_(id, id, name, ROOM, &status);
    return U_FAILURE(status) || count > ROOM ? code : from_wide(name, count, a);
}

/* ---- dates ---- */

static UDateFormatStyle style_of(str format)
{
    static const struct {
        const char *name;
        UDateFormatStyle style;
    } styles[] = {
        { "short", UDAT_SHORT },
        { "medium", UDAT_MEDIUM },
        { "long", UDAT_LONG },
        { "full", UDAT_FULL },
    };

    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++)
        if (str_eq(format, str_of(styles[i].name)))
            return styles[i].style;
    return UDAT_PATTERN;
}

static UDateFormat *by_pattern(const struct locale *locale, const UChar *pattern, int32_t count,
                               UErrorCode *status)
{
    static const UChar utc[] = { 'E', 't', 'c', '/', 'U', 'T', 'C', 0 };

    return icu.udat_open_(UDAT_PATTERN, UDAT_PATTERN, locale->id, utc, -1, pattern, count, status);
}

static UDateFormat *by_skeleton(const struct locale *locale, const UChar *wanted, int32_t count,
                                UErrorCode *status)
{
    enum { ROOM = 256 };
    UChar pattern[ROOM];
    UDateTimePatternGenerator *patterns = icu.udatpg_open_(locale->id, status);

    if (U_FAILURE(*status))
        return NULL;
    count = icu.udatpg_getBestPattern_(patterns, wanted, count, pattern, ROOM, status);
    icu.udatpg_close_(patterns);
    return U_SUCCESS(*status) ? by_pattern(locale, pattern, count, status) : NULL;
}

static UDateFormat *make_format(const struct locale *locale, str format, bool with_time)
{
    static const UChar utc[] = { 'E', 't', 'c', '/', 'U', 'T', 'C', 0 };
    UDateFormatStyle style = style_of(format);
    struct arena a = { 0 };
    UErrorCode status = U_ZERO_ERROR;
    UDateFormat *made;
    int32_t count;

    if (style != UDAT_PATTERN) {
        made = icu.udat_open_(with_time ? UDAT_SHORT : UDAT_NONE, style, locale->id, utc, -1, NULL,
                              0, &status);
        return U_SUCCESS(status) ? made : NULL;
    }
    bool skeleton = str_starts(format, S("+"));
    const UChar *wide = to_wide(str_from(format, skeleton), &count, &a);
    made = skeleton ? by_skeleton(locale, wide, count, &status)
                    : by_pattern(locale, wide, count, &status);
    arena_free(&a);
    return U_SUCCESS(status) ? made : NULL;
}

/* The lock is held. A format too many takes the place of the last one. */
static UDateFormat *find_format(struct locale *locale, str format, bool with_time)
{
    struct arena a = { 0 };
    char name[ID_SIZE];
    bool kept = format.len + 2 <= ID_SIZE;
    UDateFormat *made = NULL;

    if (kept) {
        memcpy(name, format.p, format.len);
        name[format.len] = with_time ? 't' : 'd';
        name[format.len + 1] = '\0';
    }
    for (size_t i = 0; kept && !made && i < locale->nformats; i++)
        if (strcmp(name, locale->formats[i].name) == 0)
            made = locale->formats[i].made;
    arena_free(&a);
    if (made || !(made = make_format(locale, format, with_time)))
        return made;
    if (locale->nformats == FORMATS)
        icu.udat_close_(locale->formats[--locale->nformats].made);
    struct format *place = &locale->formats[locale->nformats++];
    strcpy(place->name, kept ? name : "");
    place->made = made;
    return made;
}

bool locale_date(struct locale *locale, struct date date, str format, bool with_time,
                 struct arena *a, str *out)
{
    enum { ROOM = 512 };
    double moment = ((double)date.unix_time + date.offset * 60.0) * 1000;
    UErrorCode status = U_ZERO_ERROR;
    UChar text[ROOM];
    int32_t count = 0;

    pthread_mutex_lock(&locale->lock);
    UDateFormat *made = find_format(locale, format, with_time);
    if (made)
        count = icu.udat_format_(made, moment, text, ROOM, NULL, &status);
    pthread_mutex_unlock(&locale->lock);
    if (!made || U_FAILURE(status) || count > ROOM)
        return false;
    *out = from_wide(text, count, a);
    return true;
}

/* ---- time zones ---- */

struct zone {
    struct zone *next;
    pthread_mutex_t lock;
    UCalendar *calendar;
    char name[ID_SIZE];
};

static struct zone *zones; /* that somebody needed */
static pthread_mutex_t zones_lock = PTHREAD_MUTEX_INITIALIZER;

static str nearest_zone(str name, struct arena *a)
{
    UErrorCode status = U_ZERO_ERROR;
    UEnumeration *all = icu.ucal_openTimeZones_(&status);
    struct nearest nearest = nearest_to(name);
    const char *one;

    while (U_SUCCESS(status) && (one = icu.uenum_next_(all, NULL, &status)))
        nearest_try(&nearest, str_copy(a, str_of(one)));
    if (all)
        icu.uenum_close_(all);
    return nearest.best;
}

static UCalendar *open_calendar(str name, struct arena *a)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar canonical[128];
    int32_t count;
    const UChar *wide = to_wide(name, &count, a);

    /* of a name it does not know it makes Greenwich, silently: so it is asked first */
    icu.ucal_getCanonicalTimeZoneID_(wide, count, canonical, 128, NULL, &status);
    if (U_FAILURE(status) || !count)
        return NULL;
    UCalendar *calendar = icu.ucal_open_(wide, count, "en", UCAL_GREGORIAN, &status);
    return U_SUCCESS(status) ? calendar : NULL;
}

static struct zone *zone_new(str name, struct arena *a)
{
    UCalendar *calendar = name.len < ID_SIZE ? open_calendar(name, a) : NULL;
    struct zone *zone = calendar ? calloc(1, sizeof *zone) : NULL;

    if (!calendar)
        return NULL;
    if (!zone)
        out_of_memory(sizeof *zone);
    pthread_mutex_init(&zone->lock, NULL);
    zone->calendar = calendar;
    memcpy(zone->name, name.p, name.len);
    zone->next = zones;
    zones = zone;
    return zone;
}

struct zone *zone_open(str name, struct arena *a, str *nearest)
{
    struct zone *zone;

    pthread_mutex_lock(&zones_lock);
    for (zone = zones; zone && !str_eq(name, str_of(zone->name)); zone = zone->next)
        ;
    if (!zone)
        zone = zone_new(name, a);
    pthread_mutex_unlock(&zones_lock);
    if (!zone)
        *nearest = nearest_zone(name, a);
    return zone;
}

int16_t zone_offset(struct zone *zone, int64_t unix_time)
{
    UErrorCode status = U_ZERO_ERROR;

    pthread_mutex_lock(&zone->lock);
    icu.ucal_setMillis_(zone->calendar, (double)unix_time * 1000, &status);
    int32_t millis = icu.ucal_get_(zone->calendar, UCAL_ZONE_OFFSET, &status) +
                     icu.ucal_get_(zone->calendar, UCAL_DST_OFFSET, &status);
    pthread_mutex_unlock(&zone->lock);
    return (int16_t)(millis / 60000);
}

/* Of an hour that is there twice, the first is meant; one that is not there is read as before it.
 */
int16_t zone_offset_of_local(struct zone *zone, int64_t local)
{
    int16_t before = zone_offset(zone, local - 86400), after = zone_offset(zone, local + 86400);

    if (zone_offset(zone, local - before * 60) == before)
        return before;
    return zone_offset(zone, local - after * 60) == after ? after : before;
}
