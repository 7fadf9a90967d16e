/*
 * bigint.c - integers of any size
 *
 *   comes in:  ints that 64 bits may hold or not
 *   goes out:  exact results, as plain ints whenever they fit
 *
 * The work on rows of digits is GMP's lowest layer (mpn): it takes plain arrays, so a number lies
 * in the rendering's arena and counts against its memory, there are no allocator hooks to set for
 * the whole process, and division, printing and multiplication stay fast at any size. A bignum of
 * our own would be some hundred lines that are slow where it matters and wrong where nobody looks.
 * Sign and magnitude are kept apart; a plain int is viewed as a number of one digit.
 */
#include "vial/template/bigint.h"
#include "vial/template/ops.h"
#include <gmp.h>
#include <math.h>

enum {
    MAX_DIGITS = 1 << 16, /* of 64 bits: 1.2 million decimal ones                       */
    MAX_PRINTED = 4300,   /* decimal, as Python's sys.get_int_max_str_digits()          */
};

struct bigint {
    struct object object;
    bool negative;
    size_t count;
    mp_limb_t digits[]; /* the lowest first; the highest is not zero */
};

/* Any int, seen as one. */
struct view {
    const mp_limb_t *digits;
    size_t count; /* 0: zero */
    bool negative;
    mp_limb_t one; /* where a plain int's digit lies */
};

static void view(struct view *v, value from)
{
    if (value_is_bigint(from)) {
        const struct bigint *big = from.as.object;

        *v = (struct view){ big->digits, big->count, big->negative, 0 };
        return;
    }
    int64_t i = from.type == VIAL_BOOL ? from.as.b : from.as.i;

    v->one = i < 0 ? -(mp_limb_t)i : (mp_limb_t)i;
    v->digits = &v->one;
    v->count = i != 0;
    v->negative = i < 0;
}

static struct bigint *make(struct arena *a, size_t count)
{
    struct bigint *big = arena_alloc(a, sizeof *big + count * sizeof(mp_limb_t));

    big->object.type = &bigint_type;
    big->negative = false;
    big->count = count;
    return big;
}

/* Room for `count` digits, or NULL and an error. */
static struct bigint *make_counted(struct rendering *r, size_t count)
{
    if (count > MAX_DIGITS)
        fail(r, "OverflowError", "an integer of more than %d bits is too large for a template",
             MAX_DIGITS * 64);
    else if (rendering_spend(r, count / 4 + 1) &&
             rendering_take(r, sizeof(struct bigint) + count * sizeof(mp_limb_t)))
        return make(r->arena, count);
    return NULL;
}

/* The value of `big`, whose highest digits may have become zero. */
static value normal(struct bigint *big)
{
    while (big->count && !big->digits[big->count - 1])
        big->count--;
    if (big->count == 0)
        return value_int(0);
    if (big->count == 1 && big->digits[0] <= INT64_MAX)
        return value_int(big->negative ? -(int64_t)big->digits[0] : (int64_t)big->digits[0]);
    if (big->count == 1 && big->negative && big->digits[0] == (uint64_t)1 << 63)
        return value_int(INT64_MIN);
    return value_object(&big->object);
}

static int compare_size(const struct view *a, const struct view *b)
{
    if (a->count != b->count)
        return a->count < b->count ? -1 : 1;
    return a->count ? mpn_cmp(a->digits, b->digits, (mp_size_t)a->count) : 0;
}

/* ---- sums ---- */

static value sum(struct rendering *r, struct view *a, struct view *b)
{
    if (a->count < b->count || (a->count == b->count && compare_size(a, b) < 0)) {
        struct view *swap = a;
        a = b;
        b = swap;
    }
    struct bigint *big = make_counted(r, a->count + 1);

    if (!big)
        return value_undefined();
    big->negative = a->negative;
    if (b->count == 0) {
        mpn_copyi(big->digits, a->digits, (mp_size_t)a->count);
        big->count = a->count;
    } else if (a->negative == b->negative) {
        big->digits[a->count] =
            mpn_add(big->digits, a->digits, (mp_size_t)a->count, b->digits, (mp_size_t)b->count);
    } else {
        mpn_sub(big->digits, a->digits, (mp_size_t)a->count, b->digits, (mp_size_t)b->count);
        big->count = a->count;
    }
    return normal(big);
}

value big_add(struct rendering *r, value a, value b)
{
    struct view va, vb;

    view(&va, a);
    view(&vb, b);
    return sum(r, &va, &vb);
}

value big_subtract(struct rendering *r, value a, value b)
{
    struct view va, vb;

    view(&va, a);
    view(&vb, b);
    vb.negative = !vb.negative;
    return sum(r, &va, &vb);
}

value big_negate(struct rendering *r, value v)
{
    return big_subtract(r, value_int(0), v);
}

/* ---- products ---- */

static value product(struct rendering *r, const struct view *a, const struct view *b)
{
    if (!a->count || !b->count)
        return value_int(0);
    if (a->count < b->count)
        return product(r, b, a);
    struct bigint *big = make_counted(r, a->count + b->count);

    if (!big)
        return value_undefined();
    rendering_spend(r, 2 * (a->count + b->count));
    mpn_mul(big->digits, a->digits, (mp_size_t)a->count, b->digits, (mp_size_t)b->count);
    big->negative = a->negative != b->negative;
    return normal(big);
}

value big_multiply(struct rendering *r, value a, value b)
{
    struct view va, vb;

    view(&va, a);
    view(&vb, b);
    return product(r, &va, &vb);
}

value big_power(struct rendering *r, value base, uint64_t exponent)
{
    value power = value_int(1);
    size_t bits = big_bits(base);

    if (bits > 1 && exponent > (uint64_t)MAX_DIGITS * 64 / (bits - 1))
        return fail(r, "OverflowError",
                    "an integer of more than %d bits is too large for a template", MAX_DIGITS * 64);
    while (exponent && !r->failed) {
        if (exponent & 1)
            power = value_multiply(r, power, base);
        exponent >>= 1;
        if (exponent && !r->failed)
            base = value_multiply(r, base, base);
    }
    return r->failed ? value_undefined() : power;
}

/* ---- quotients ---- */

/* Sizes only, towards zero. */
static bool divide_sizes(struct rendering *r, const struct view *a, const struct view *b,
                         struct bigint **quotient, struct bigint **remainder)
{
    *quotient = make_counted(r, a->count - b->count + 2);
    *remainder = *quotient ? make_counted(r, b->count) : NULL;
    if (!*remainder || !rendering_spend(r, 2 * a->count))
        return false;
    mpn_tdiv_qr((*quotient)->digits, (*remainder)->digits, 0, a->digits, (mp_size_t)a->count,
                b->digits, (mp_size_t)b->count);
    (*quotient)->count = a->count - b->count + 1;
    return true;
}

bool big_divide(struct rendering *r, value a, value b, value *quotient, value *remainder)
{
    struct view va, vb;
    value q = value_int(0), rest = a;

    if (a.type == VIAL_BOOL)
        rest = value_int(a.as.b);
    view(&va, a);
    view(&vb, b);
    if (va.count >= vb.count) {
        struct bigint *big_q, *big_r;

        if (!divide_sizes(r, &va, &vb, &big_q, &big_r))
            return false;
        big_q->negative = va.negative != vb.negative;
        big_r->negative = va.negative;
        q = normal(big_q);
        rest = normal(big_r);
    }
    /* Rounded towards zero until now; Python rounds down. */
    if (!(rest.type == VIAL_INT && rest.as.i == 0) && va.negative != vb.negative) {
        q = value_subtract(r, q, value_int(1));
        rest = value_add(r, rest, b);
    }
    if (quotient)
        *quotient = q;
    if (remainder)
        *remainder = rest;
    return !r->failed;
}

/* ---- order, size ---- */

int big_compare(value a, value b)
{
    struct view va, vb;

    view(&va, a);
    view(&vb, b);
    if (va.negative != vb.negative)
        return va.negative ? -1 : 1;
    int sizes = compare_size(&va, &vb);

    sizes = sizes < 0 ? -1 : sizes > 0;
    return va.negative ? -sizes : sizes;
}

bool big_is_negative(value v)
{
    struct view w;

    view(&w, v);
    return w.negative;
}

static size_t bits_of(const struct view *v)
{
    return v->count ? v->count * 64 - (size_t)__builtin_clzll(v->digits[v->count - 1]) : 0;
}

size_t big_bits(value v)
{
    struct view w;

    view(&w, v);
    return bits_of(&w);
}

size_t big_ones(value v)
{
    struct view w;

    view(&w, v);
    return w.count ? mpn_popcount(w.digits, (mp_size_t)w.count) : 0;
}

/* ---- from and to doubles ---- */

/* The 64 bits of `v` from bit `at` on; those below, if any is set, leave a mark in the lowest. */
static uint64_t top_bits(const struct view *v, size_t at)
{
    size_t digit = at / 64, shift = at % 64;
    uint64_t top = v->digits[digit] >> shift;
    bool rest = shift && (v->digits[digit] << (64 - shift)) != 0;

    if (shift && digit + 1 < v->count)
        top |= v->digits[digit + 1] << (64 - shift);
    for (size_t i = 0; i < digit && !rest; i++)
        rest = v->digits[i] != 0;
    return top | rest;
}

/* A conversion of 64 bits rounds to nearest, ties to even; the mark makes it right for all. */
static double to_double(const struct view *v)
{
    size_t bits = bits_of(v);
    double d = bits <= 64 ? (double)(v->count ? v->digits[0] : 0)
                          : ldexp((double)top_bits(v, bits - 64), (int)(bits - 64));

    return v->negative ? -d : d;
}

double big_to_double(value v)
{
    struct view w;

    view(&w, v);
    return to_double(&w);
}

static bool fits_double(value v)
{
    return v.type == VIAL_BOOL ||
           (v.type == VIAL_INT && v.as.i >= -(1LL << 53) && v.as.i <= 1LL << 53);
}

static value shifted(struct rendering *r, value v, size_t bits)
{
    return big_multiply(r, v, big_power(r, value_int(2), bits));
}

/*
 * The quotient is brought to 66 bits or so by a shift, divided as integers, and a remainder left
 * as a mark in its lowest bit: then it rounds once, rightly. (For results in the range of
 * subnormals ldexp() rounds a second time; a / b of two integers gets there only with a divisor of
 * more than 300 digits.)
 */
double big_true_divide(struct rendering *r, value a, value b)
{
    if (fits_double(a) && fits_double(b))
        return big_to_double(a) / big_to_double(b);

    bool negative = big_is_negative(a) != big_is_negative(b);
    long shift = 66 + (long)big_bits(b) - (long)big_bits(a);
    value quotient, rest;

    if (big_is_negative(a))
        a = big_negate(r, a);
    if (big_is_negative(b))
        b = big_negate(r, b);
    if (shift > 0)
        a = shifted(r, a, (size_t)shift);
    else if (shift < 0)
        b = shifted(r, b, (size_t)-shift);
    if (r->failed || !big_divide(r, a, b, &quotient, &rest))
        return 0;
    struct view q;

    view(&q, quotient);
    size_t bits = bits_of(&q);
    bool exact = rest.type == VIAL_INT && rest.as.i == 0;
    uint64_t top = bits > 64 ? top_bits(&q, bits - 64) : q.digits[0];
    double d = ldexp((double)(top | !exact), (int)((bits > 64 ? (long)bits - 64 : 0) - shift));

    return negative ? -d : d;
}

/* The digits of a whole number of 2 ** 63 or more; returns their count. */
enum { DOUBLE_DIGITS = 17 };
static size_t digits_of_double(double d, mp_limb_t digits[DOUBLE_DIGITS])
{
    int exponent;
    uint64_t bits = (uint64_t)ldexp(frexp(fabs(d), &exponent), 64);
    size_t at = (size_t)exponent - 64, digit = at / 64, shift = at % 64;

    memset(digits, 0, DOUBLE_DIGITS * sizeof *digits);
    digits[digit] = bits << shift;
    if (shift)
        digits[digit + 1] = bits >> (64 - shift);
    return digit + (shift != 0) + 1 - (shift && !digits[digit + 1]);
}

value big_from_double(struct arena *a, double d)
{
    mp_limb_t digits[DOUBLE_DIGITS];

    if (fabs(d) < 0x1p63)
        return value_int((int64_t)d);
    size_t count = digits_of_double(d, digits);
    struct bigint *big = make(a, count);

    memcpy(big->digits, digits, count * sizeof *digits);
    big->negative = d < 0;
    return normal(big);
}

int big_compare_double(value i, double d)
{
    mp_limb_t digits[DOUBLE_DIGITS];
    struct view v;

    if (isnan(d))
        return 2;
    if (!value_is_bigint(i) && fabs(d) < 0x1p63) {
        int64_t a = i.type == VIAL_BOOL ? i.as.b : i.as.i, b = (int64_t)d;
        double fraction = d - trunc(d);

        return a != b ? (a < b ? -1 : 1) : (fraction < 0) - (fraction > 0);
    }
    view(&v, i);
    if (isinf(d) || !value_is_bigint(i) || v.negative != (d < 0))
        return isinf(d) || !value_is_bigint(i) ? (d > 0 ? -1 : 1) : v.negative ? -1 : 1;
    if (fabs(d) < 0x1p63)
        return v.negative ? -1 : 1;
    struct view w = { digits, digits_of_double(d, digits), d < 0, 0 };
    int sizes = compare_size(&v, &w);

    sizes = sizes < 0 ? -1 : sizes > 0;
    return v.negative ? -sizes : sizes;
}

value big_from_unsigned(struct arena *a, uint64_t u)
{
    struct bigint *big = make(a, 1);

    big->digits[0] = u;
    return normal(big);
}

void big_hash(value v, uint64_t *hash)
{
    /* As the nearest double: a float that equals it has the same. */
    double d = big_to_double(v);

    memcpy(hash, &d, sizeof *hash);
}

/* ---- from and to text ---- */

bool big_digits(struct rendering *r, value v, int base, struct buf *out)
{
    struct view w;

    view(&w, v);
    size_t room = mpn_sizeinbase(w.digits, (mp_size_t)w.count, base) + 1;

    if (base == 10 && room > MAX_PRINTED + 2)
        goto too_long;
    if (!rendering_take(r, room + w.count * sizeof(mp_limb_t)))
        return false;
    mp_limb_t *scratch = arena_alloc(r->arena, (w.count + 1) * sizeof(mp_limb_t));
    unsigned char *digits = arena_alloc(r->arena, room + 1);

    mpn_copyi(scratch, w.digits, (mp_size_t)w.count); /* mpn_get_str() destroys its argument */
    size_t len = mpn_get_str(digits, base, scratch, (mp_size_t)w.count), from = 0;

    while (from < len && !digits[from])
        from++;
    if (base == 10 && len - from > MAX_PRINTED)
        goto too_long;
    for (size_t i = from; i < len; i++)
        buf_addc(out, "0123456789abcdefghijklmnopqrstuvwxyz"[digits[i]]);
    return true;

too_long:
    fail(r, "ValueError",
         "Exceeds the limit (%d digits) for integer string conversion; use "
         "sys.set_int_max_str_digits() to increase the limit",
         MAX_PRINTED);
    return false;
}

value int_parse(struct arena *a, str text, int base)
{
    unsigned char *digits = arena_alloc(a, text.len + 1);
    bool negative = text.len && text.p[0] == '-';
    size_t count = 0;
    uint64_t small = 0;
    bool fits = true;

    for (size_t i = 0; i < text.len; i++) {
        int c = to_lower(text.p[i]);
        int digit = is_digit(c) ? c - '0' : is_lower(c) ? c - 'a' + 10 : -1;

        if (digit < 0 || digit >= base || (count == 0 && digit == 0))
            continue; /* signs, underscores and leading zeros */
        digits[count++] = (unsigned char)digit;
        fits = fits && small <= (INT64_MAX - 36) / 36;
        small = small * (unsigned)base + (unsigned)digit;
    }
    if (fits)
        return value_int(negative ? -(int64_t)small : (int64_t)small);
    struct bigint *big = make(a, count * 6 / 64 + 2); /* base 36 has under 6 bits a digit */

    big->count = (size_t)mpn_set_str(big->digits, digits, count, base);
    big->negative = negative;
    return normal(big);
}

static void print(struct rendering *r, const struct object *o, struct buf *out)
{
    if (((const struct bigint *)o)->negative)
        buf_lit(out, "-");
    big_digits(r, value_object(o), 10, out);
}

const struct object_type bigint_type = { .name = "int", .print = print };
