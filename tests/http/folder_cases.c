/*
 * folder_cases.c - the table of what a folder of files answers
 *
 *   comes in:  RFC 9110 and 9112, as far as they speak to an origin server of files
 *   goes out:  requests, and what must be in the answers
 */
#include "tests/http/folder_cases.h"

#define FILE_   "GET /digits.txt\n"
#define LONG    "GET /long.txt\n"
#define BEFORE  "Sat, 21 Nov 2020 05:15:17 GMT"
#define AT      "Sat, 21 Nov 2020 05:15:18 GMT"
#define AFTER   "Sat, 21 Nov 2020 05:15:19 GMT"
#define WHOLE   "=0123456789\nContent-Length: 10\n!Content-Range\n"
#define NOTHING "=\n!Content-Length\n!Transfer-Encoding\n"

const struct folder_case folder_cases[] = {
    /* --- what any answer has --- */
    { "a file is sent (9110 9.3.1)", FILE_, 200,
      WHOLE "Content-Type: text/plain; charset=utf-8\n" },
    { "every answer has a date (9110 6.6.1)", FILE_, 200, "Date\n" },
    { "also one that there is nothing", "GET /none", 404, "Date\nContent-Length\n" },
    { "a file has a strong tag and a time (9110 8.8)", FILE_, 200,
      "ETag: {TAG}\nLast-Modified: " AT "\n" },
    { "that ranges are understood is told (9110 14.3)", FILE_, 200, "Accept-Ranges: bytes\n" },
    { "an empty file has a length (9110 8.6)", "GET /empty.txt", 200, "=\nContent-Length: 0\n" },
    { "a file of tomorrow was changed now (9110 8.8.2.1)", "GET /tomorrow.txt", 200,
      "Last-Modified\n!Last-Modified: Fri, 21 Nov 2070 05:15:18 GMT\n" },
    { "a folder is its index", "GET /", 200, "=home" },
    { "a folder without its slash is sent there (9110 15.4.9)", "GET /blog?a=b", 308,
      "Location: /blog/?a=b\n" },
    { "the absolute form is the same file (9112 3.2.2)", "GET http://b.example/digits.txt", 200,
      WHOLE },
    { "HTTP/1.0 is answered", "GET /digits.txt HTTP/1.0", 200, WHOLE "Connection: close\n" },
    { "an escaped name is the same (9110 4.2.3)", "GET /%64igits.txt", 200, WHOLE },
    { "a query is not of the name", "GET /digits.txt?x=1", 200, WHOLE },
    { "an unknown field is passed over (9110 5.1)", FILE_ "X-Unknown: 1\n", 200, WHOLE },
    { "a body that a GET has is read and changes nothing (9110 9.3.1)", FILE_ "Content-Length: 0\n",
      200, WHOLE },

    /* --- methods --- */
    { "HEAD is GET without the body (9110 9.3.2)", "HEAD /digits.txt", 200,
      "=\nContent-Length: 10\nETag: {TAG}\nLast-Modified: " AT "\nAccept-Ranges: bytes\n" },
    { "HEAD of what is not there", "HEAD /none", 404, "=\nContent-Length\n" },
    { "what is not allowed is told with what is (9110 15.5.6)",
      "POST /digits.txt\nContent-Length: 0", 405, "Allow: GET, HEAD, OPTIONS\n" },
    { "PUT likewise", "PUT /new.txt\nContent-Length: 0", 405, "Allow: GET, HEAD, OPTIONS\n" },
    { "DELETE likewise", "DELETE /digits.txt", 405, "Allow: GET, HEAD, OPTIONS\n" },
    { "TRACE does not send back what came (9110 9.3.8)", "TRACE /\nX-Secret: 1", 405,
      "Allow: GET, HEAD, OPTIONS\n" },
    { "methods have case (9110 9.1)", "get /digits.txt", 405, "Allow: GET, HEAD, OPTIONS\n" },
    { "OPTIONS tells what is allowed (9110 9.3.7)", "OPTIONS /digits.txt", 204,
      "Allow: GET, HEAD, OPTIONS\n" },
    { "204 has no length (9110 8.6)", "OPTIONS /digits.txt", 204, NOTHING },
    { "OPTIONS * asks the server (9110 9.3.7)", "OPTIONS *", 204, NOTHING },

    /* --- If-None-Match (9110 13.1.2) --- */
    { "the same tag: 304", FILE_ "If-None-Match: {TAG}", 304, NOTHING "ETag: {TAG}\nDate\n" },
    { "304 has what a cache needs (9110 15.4.5)", FILE_ "If-None-Match: {TAG}", 304,
      "ETag: {TAG}\nLast-Modified: " AT "\n" },
    { "304 does not speak of a body's type", FILE_ "If-None-Match: {TAG}", 304, "!Content-Type\n" },
    { "by weak comparison (8.8.3.2)", FILE_ "If-None-Match: W/{TAG}", 304, NOTHING },
    { "one of a list", FILE_ "If-None-Match: \"a\", W/\"b,c\",{TAG}", 304, NOTHING },
    { "one of a list on two lines (9110 5.3)", FILE_ "If-None-Match: \"a\"\nIf-None-Match: {TAG}",
      304, NOTHING },
    { "a star", FILE_ "If-None-Match: *", 304, NOTHING },
    { "another tag", FILE_ "If-None-Match: \"a\"", 200, WHOLE },
    { "a part of the tag is another", FILE_ "If-None-Match: \"\"", 200, WHOLE },
    { "a tag without quotes is none", FILE_ "If-None-Match: a", 200, WHOLE },
    { "HEAD as well", "HEAD /digits.txt\nIf-None-Match: {TAG}", 304, NOTHING },
    { "what is not there is not 304 (13.2.1)", "GET /none\nIf-None-Match: *", 404, "" },

    /* --- If-Modified-Since (9110 13.1.3) --- */
    { "not since that time: 304", FILE_ "If-Modified-Since: " AT, 304, NOTHING },
    { "nor since a later one", FILE_ "If-Modified-Since: " AFTER, 304, NOTHING },
    { "since an earlier one", FILE_ "If-Modified-Since: " BEFORE, 200, WHOLE },
    { "the old form of a date (5.6.7)", FILE_ "If-Modified-Since: Saturday, 21-Nov-20 05:15:18 GMT",
      304, NOTHING },
    { "the form of asctime (5.6.7)", FILE_ "If-Modified-Since: Sat Nov 21 05:15:18 2020", 304,
      NOTHING },
    { "what is no date is not there", FILE_ "If-Modified-Since: yesterday", 200, WHOLE },
    { "a day that there is not is no date",
      FILE_ "If-Modified-Since: Sat, 31 Nov 2026 05:15:18 GMT", 200, WHOLE },
    { "two dates are none", FILE_ "If-Modified-Since: " AT ", " AT, 200, WHOLE },
    { "not with If-None-Match", FILE_ "If-None-Match: \"a\"\nIf-Modified-Since: " AT, 200, WHOLE },
    { "If-None-Match decides alone", FILE_ "If-None-Match: {TAG}\nIf-Modified-Since: " BEFORE, 304,
      NOTHING },

    /* --- If-Match (9110 13.1.1) --- */
    { "this tag", FILE_ "If-Match: {TAG}", 200, WHOLE },
    { "any tag", FILE_ "If-Match: *", 200, WHOLE },
    { "another tag: 412", FILE_ "If-Match: \"a\"", 412, "" },
    { "by strong comparison", FILE_ "If-Match: W/{TAG}", 412, "" },
    { "one of a list", FILE_ "If-Match: \"a\", {TAG}", 200, WHOLE },
    { "one of two lines", FILE_ "If-Match: \"a\"\nIf-Match: {TAG}", 200, WHOLE },
    { "HEAD as well", "HEAD /digits.txt\nIf-Match: \"a\"", 412, "=\n" },

    /* --- If-Unmodified-Since (9110 13.1.4) --- */
    { "not since that time", FILE_ "If-Unmodified-Since: " AT, 200, WHOLE },
    { "since an earlier one: 412", FILE_ "If-Unmodified-Since: " BEFORE, 412, "" },
    { "what is no date is not there", FILE_ "If-Unmodified-Since: yesterday", 200, WHOLE },
    { "not with If-Match", FILE_ "If-Match: {TAG}\nIf-Unmodified-Since: " BEFORE, 200, WHOLE },

    /* --- their order (9110 13.2.2) --- */
    { "If-Match comes before If-None-Match", FILE_ "If-None-Match: {TAG}\nIf-Match: \"a\"", 412,
      "" },
    { "then If-None-Match", FILE_ "If-None-Match: {TAG}\nIf-Match: {TAG}", 304, NOTHING },
    { "If-Unmodified-Since comes before If-None-Match",
      FILE_ "If-None-Match: {TAG}\nIf-Unmodified-Since: " BEFORE, 412, "" },
    { "and before If-Modified-Since",
      FILE_ "If-Modified-Since: " AFTER "\nIf-Unmodified-Since: " BEFORE, 412, "" },
    { "conditions come before ranges", FILE_ "If-None-Match: {TAG}\nRange: bytes=0-1", 304,
      NOTHING },
    { "also before those that there are not", FILE_ "If-None-Match: {TAG}\nRange: bytes=50-", 304,
      NOTHING },
    { "a condition that holds leaves the range", FILE_ "If-Match: {TAG}\nRange: bytes=0-1", 206,
      "=01" },

    /* --- one range (9110 14.1.2, 14.2, 15.3.7) --- */
    { "the first bytes", FILE_ "Range: bytes=0-3", 206,
      "=0123\nContent-Range: bytes 0-3/10\nContent-Length: 4\n" },
    { "one byte", FILE_ "Range: bytes=9-9", 206, "=9\nContent-Range: bytes 9-9/10\n" },
    { "206 has the version and the type", FILE_ "Range: bytes=0-0", 206,
      "ETag: {TAG}\nDate\nContent-Type: text/plain; charset=utf-8\n" },
    { "to the end", FILE_ "Range: bytes=8-", 206, "=89\nContent-Range: bytes 8-9/10\n" },
    { "the last bytes", FILE_ "Range: bytes=-2", 206, "=89\nContent-Range: bytes 8-9/10\n" },
    { "more last bytes than there are", FILE_ "Range: bytes=-20", 206,
      "=0123456789\nContent-Range: bytes 0-9/10\n" },
    { "an end beyond the end", FILE_ "Range: bytes=5-500", 206,
      "=56789\nContent-Range: bytes 5-9/10\n" },
    { "an end beyond any number", FILE_ "Range: bytes=5-99999999999999999999999", 206, "=56789\n" },
    { "a unit has no case", FILE_ "Range: Bytes=0-0", 206, "=0" },
    { "a range beyond the end: 416 (15.5.17)", FILE_ "Range: bytes=10-", 416,
      "Content-Range: bytes */10\n" },
    { "the last none", FILE_ "Range: bytes=-0", 416, "Content-Range: bytes */10\n" },
    { "a beginning beyond any number", FILE_ "Range: bytes=99999999999999999999999-", 416,
      "Content-Range: bytes */10\n" },
    { "another unit is not there (14.2)", FILE_ "Range: lines=0-1", 200, WHOLE },
    { "an end before the beginning is no range", FILE_ "Range: bytes=5-3", 200, WHOLE },
    { "nor is a word", FILE_ "Range: bytes=a-b", 200, WHOLE },
    { "nor a sign", FILE_ "Range: bytes=+1-2", 200, WHOLE },
    { "nor nothing", FILE_ "Range: bytes=", 200, WHOLE },
    { "nor a dash", FILE_ "Range: bytes=-", 200, WHOLE },
    { "two fields are none", FILE_ "Range: bytes=0-0\nRange: bytes=1-1", 200, WHOLE },
    { "one wrong range spoils all", FILE_ "Range: bytes=0-0,x", 200, WHOLE },
    { "HEAD knows no ranges (14.2)", "HEAD /digits.txt\nRange: bytes=0-1", 200,
      "=\nContent-Length: 10\n!Content-Range\n" },
    { "nor has an empty file any", "GET /empty.txt\nRange: bytes=0-", 416,
      "Content-Range: bytes */0\n" },
    { "a page that is not there is not cut", "GET /none\nRange: bytes=0-1", 404,
      "!Content-Range\n" },
    { "in HTTP/1.0 as well", "GET /digits.txt HTTP/1.0\nRange: bytes=0-1", 206, "=01" },

    /* --- several (9110 14.6, 15.3.7.2) --- */
    { "two parts have heads of their own", LONG "Range: bytes=0-1,900-901", 206,
      "~|Content-Range: bytes 0-1/1000||00|--\n~|Content-Range: bytes 900-901/1000||99|--\n"
      "!Content-Range\nContent-Length\n" },
    { "and their types", LONG "Range: bytes=0-1,900-901", 206,
      "~|Content-Type: text/plain; charset=utf-8|" },
    { "one that there is not is left out", FILE_ "Range: bytes=0-0,50-60", 206,
      "=0\nContent-Range: bytes 0-0/10\n" },
    { "none that there is: 416", FILE_ "Range: bytes=50-60,70-", 416,
      "Content-Range: bytes */10\n" },
    { "those that overlap are one (17.15)", LONG "Range: bytes=0-99,50-149", 206,
      "Content-Range: bytes 0-149/1000\n" },
    { "many that overlap are never more than the whole (17.15)",
      LONG "Range: bytes=0-,0-,0-,0-,0-,0-", 206, "Content-Length: 1000\n" },
    { "empty elements of the list are none (5.6.1.2)", FILE_ "Range: bytes=,0-0,,", 206, "=0" },
    { "space around the commas", LONG "Range: bytes=0-0 ,\t900-900", 206, "~bytes 900-900/1000" },

    /* --- If-Range (9110 13.1.5) --- */
    { "this version", FILE_ "Range: bytes=0-1\nIf-Range: {TAG}", 206, "=01" },
    { "another", FILE_ "Range: bytes=0-1\nIf-Range: \"a\"", 200, WHOLE },
    { "a weak tag is equal to nothing", FILE_ "Range: bytes=0-1\nIf-Range: W/{TAG}", 200, WHOLE },
    { "this date", FILE_ "Range: bytes=0-1\nIf-Range: " AT, 206, "=01" },
    { "a later date is another", FILE_ "Range: bytes=0-1\nIf-Range: " AFTER, 200, WHOLE },
    { "what is neither", FILE_ "Range: bytes=0-1\nIf-Range: x", 200, WHOLE },
    { "another version and a range that there is not", FILE_ "Range: bytes=50-\nIf-Range: \"a\"",
      200, WHOLE },
    { "without a range it is not there", FILE_ "If-Range: \"a\"", 200, WHOLE },

    /* --- names --- */
    { "dots do not lead out", "GET /../outside.txt", 404, "" },
    { "nor do escaped ones", "GET /%2e%2e/outside.txt", 404, "" },
    { "nor with an escaped slash", "GET /blog%2f..%2f..%2foutside.txt", 404, "" },
    { "a link does not lead out", "GET /away.txt", 404, "" },
    { "what begins with a dot is not there", "GET /.hidden", 404, "" },
    { "nor with an escaped dot", "GET /%2ehidden", 404, "" },
    { "but .well-known is (8615 3)", "GET /.well-known/x.txt", 200, "=known" },
    { "a FIFO is neither served nor waited for", "GET /pipe", 404, "" },
    { "a file is no folder", "GET /digits.txt/", 404, "" },
    { "an empty segment is not passed over", "GET //digits.txt", 404, "" },
    { "a backslash is no slash", "GET /blog\\index.html", 404, "" },
    { "an escaped NUL is refused", "GET /digits.txt%00.html", 400, "" },
    { "a redirect never leads to another host", "GET //evil.example/..", 404, "!Location\n" },
};

const size_t folder_case_count = sizeof folder_cases / sizeof *folder_cases;
