/*
 * chunks.c - a chunked body, taken apart as it comes, and one put together
 *
 *   comes in:  bytes in pieces of any size
 *   goes out:  the body's bytes, where they lie, and that it is over
 *
 *     "4\r\n" "wiki" "\r\n"   "0\r\n" trailers "\r\n"
 *
 * One state per place between two bytes, and every byte between the pieces of the body is looked
 * at: a size is hexadecimal digits and nothing else, a line ends with CR LF and nothing else.
 * Extensions and trailers are read with the same strictness and forgotten; there may be only so
 * much of them, since they cost the sender little and us a loop.
 */
#include "server/http1.h"

enum {
    SIZE_DIGITS = 15, /* sixteen could overflow; this is a petabyte  */
    EXTRA_MOST = 256, /* of extensions, in one chunk                 */
    TRAIL_MOST = 8192 /* of trailers                                 */
};

enum state {
    SIZE,       /* a digit of the size, or what ends it */
    SIZE_SPACE, /* white space, that only a ';' may follow */
    EXTENSION,  /* after ';', until CR                  */
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER, /* at the beginning of a line           */
    TRAILER_NAME,
    TRAILER_VALUE,
    TRAILER_LF,
    LAST_LF,
    OVER,
};

static enum http1_found refuse(struct chunks *c, const char *why)
{
    c->why = why;
    return HTTP1_BAD;
}

static bool is_text(char c)
{
    return (uint8_t)c >= ' ' ? c != 0x7f : c == '\t';
}

static bool is_name(char c)
{
    return is_alnum(c) || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static enum http1_found size_byte(struct chunks *c, char byte)
{
    int digit = hex_digit(byte);

    if (digit >= 0) {
        if (c->digits++ == SIZE_DIGITS)
            return refuse(c, "a chunk's size has too many digits");
        c->left = c->left * 16 + (uint64_t)digit;
        return HTTP1_MORE;
    }
    if (c->digits == 0)
        return refuse(c, "a chunk has no size");
    switch (byte) {
    case '\r':
        c->state = SIZE_LF;
        return HTTP1_MORE;
    case ';':
        c->state = EXTENSION;
        return HTTP1_MORE;
    case ' ':
    case '\t':
        c->state = SIZE_SPACE;
        return HTTP1_MORE;
    default:
        return refuse(c, "a chunk's size is no hexadecimal number");
    }
}

static enum http1_found extension_byte(struct chunks *c, char byte)
{
    if (c->extra++ == EXTRA_MOST)
        return refuse(c, "a chunk's extensions are too long");
    if (c->state == SIZE_SPACE) {
        if (byte == ';')
            c->state = EXTENSION;
        else if (byte != ' ' && byte != '\t')
            return refuse(c, "a chunk's size is followed by a space");
    } else if (byte == '\r') {
        c->state = SIZE_LF;
    } else if (!is_text(byte)) {
        return refuse(c, "a chunk's extension has a control character");
    }
    return HTTP1_MORE;
}

static enum http1_found trailer_byte(struct chunks *c, char byte)
{
    if (c->trail++ == TRAIL_MOST)
        return refuse(c, "the trailers are too long");
    switch (c->state) {
    case TRAILER:
        if (byte == '\r') {
            c->state = LAST_LF;
            return HTTP1_MORE;
        }
        c->state = TRAILER_NAME;
        return is_name(byte) ? HTTP1_MORE : refuse(c, "a trailer has no name");
    case TRAILER_NAME:
        if (byte == ':')
            c->state = TRAILER_VALUE;
        else if (!is_name(byte))
            return refuse(c, "a trailer's name has a character that names do not have");
        return HTTP1_MORE;
    default:
        if (byte == '\r')
            c->state = TRAILER_LF;
        else if (!is_text(byte))
            return refuse(c, "a trailer's value has a control character");
        return HTTP1_MORE;
    }
}

static enum http1_found end_byte(struct chunks *c, char byte, char want, enum state next)
{
    if (byte != want)
        return refuse(c, "a chunk does not end with CR LF");
    c->state = (uint8_t)next;
    return c->state == OVER ? HTTP1_DONE : HTTP1_MORE;
}

static enum http1_found size_is_known(struct chunks *c, char byte)
{
    enum http1_found found = end_byte(c, byte, '\n', c->left ? DATA : TRAILER);

    c->digits = 0;
    c->extra = 0;
    return found;
}

static enum http1_found take_byte(struct chunks *c, char byte)
{
    switch ((enum state)c->state) {
    case SIZE:
        return size_byte(c, byte);
    case SIZE_SPACE:
    case EXTENSION:
        return extension_byte(c, byte);
    case SIZE_LF:
        return size_is_known(c, byte);
    case DATA_CR:
        return end_byte(c, byte, '\r', DATA_LF);
    case DATA_LF:
        return end_byte(c, byte, '\n', SIZE);
    case TRAILER:
    case TRAILER_NAME:
    case TRAILER_VALUE:
        return trailer_byte(c, byte);
    case TRAILER_LF:
        return end_byte(c, byte, '\n', TRAILER);
    case LAST_LF:
        return end_byte(c, byte, '\n', OVER);
    case DATA:
    case OVER:
        break;
    }
    return refuse(c, "the body is over");
}

enum http1_found chunks_next(struct chunks *c, str *in, str *data)
{
    *data = S("");
    while (in->len) {
        if (c->state == DATA) {
            *data = str_slice(*in, 0, c->left < in->len ? (size_t)c->left : in->len);
            *in = str_from(*in, data->len);
            c->left -= data->len;
            if (c->left == 0)
                c->state = DATA_CR;
            return HTTP1_MORE;
        }
        enum http1_found found = take_byte(c, in->p[0]);
        if (found == HTTP1_BAD)
            return found;
        *in = str_from(*in, 1);
        if (found == HTTP1_DONE)
            return found;
    }
    return HTTP1_MORE;
}

uint64_t chunks_promised(const struct chunks *c)
{
    return c->digits ? 0 : c->left;
}

void chunks_give_back(struct chunks *c, size_t count)
{
    c->left += count;
    c->state = DATA;
}

str chunk_frame(char *room, size_t len)
{
    char *data = room + CHUNK_FRONT, *front = data;
    size_t left = len;

    *--front = '\n';
    *--front = '\r';
    do {
        *--front = "0123456789abcdef"[left & 15];
        left >>= 4;
    } while (left);
    data[len] = '\r';
    data[len + 1] = '\n';
    return str_n(front, (size_t)(data - front) + len + CHUNK_BACK);
}
