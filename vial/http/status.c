/*
 * status.c - what a status is called, and what it means
 *
 *   comes in:  a number
 *   goes out:  its name as registered (RFC 9110 and the IANA registry), and a sentence for a person
 */
#include "vial/http/http.h"

static const struct {
    int status;
    const char *reason, *sentence;
} statuses[] = {
    { 100, "Continue", "" },
    { 101, "Switching Protocols", "" },
    { 102, "Processing", "" },
    { 103, "Early Hints", "" },
    { 200, "OK", "" },
    { 201, "Created", "" },
    { 202, "Accepted", "" },
    { 203, "Non-Authoritative Information", "" },
    { 204, "No Content", "" },
    { 205, "Reset Content", "" },
    { 206, "Partial Content", "" },
    { 207, "Multi-Status", "" },
    { 208, "Already Reported", "" },
    { 226, "IM Used", "" },
    { 300, "Multiple Choices", "" },
    { 301, "Moved Permanently", "This page has moved." },
    { 302, "Found", "This page is elsewhere for now." },
    { 303, "See Other", "The answer is on another page." },
    { 304, "Not Modified", "" },
    { 305, "Use Proxy", "" },
    { 307, "Temporary Redirect", "This page is elsewhere for now." },
    { 308, "Permanent Redirect", "This page has moved." },
    { 400, "Bad Request", "The server could not understand this request." },
    { 401, "Unauthorized", "You need to log in to see this page." },
    { 402, "Payment Required", "This has to be paid for." },
    { 403, "Forbidden", "You may not see this page." },
    { 404, "Not Found", "There is no page at this address." },
    { 405, "Method Not Allowed", "This address does not answer to that method." },
    { 406, "Not Acceptable", "There is no version of this page that your browser takes." },
    { 407, "Proxy Authentication Required", "The proxy needs you to log in." },
    { 408, "Request Timeout", "The request took too long to arrive." },
    { 409, "Conflict", "This conflicts with what somebody else did meanwhile." },
    { 410, "Gone", "This page was taken away and will not come back." },
    { 411, "Length Required", "The request does not tell its length." },
    { 412, "Precondition Failed", "This has changed since you last saw it." },
    { 413, "Content Too Large", "That is more than this server takes." },
    { 414, "URI Too Long", "This address is too long." },
    { 415, "Unsupported Media Type", "The server cannot read this kind of content." },
    { 416, "Range Not Satisfiable", "The file has no such part." },
    { 417, "Expectation Failed", "The server cannot do what the request expects." },
    { 418, "I'm a teapot", "This server is a teapot and brews no coffee." },
    { 421, "Misdirected Request", "This server does not answer for that host." },
    { 422, "Unprocessable Content", "The request is well formed, but makes no sense here." },
    { 423, "Locked", "Somebody else is working on this." },
    { 424, "Failed Dependency", "Something this depends on has failed." },
    { 425, "Too Early", "The request came too early to be answered safely." },
    { 426, "Upgrade Required", "This needs another protocol." },
    { 428, "Precondition Required", "The request has to say which version it changes." },
    { 429, "Too Many Requests", "That was too often; try again in a while." },
    { 431, "Request Header Fields Too Large", "The request's headers are too large." },
    { 451, "Unavailable For Legal Reasons", "The law does not allow this page to be shown." },
    { 500, "Internal Server Error", "Something went wrong on the server." },
    { 501, "Not Implemented", "The server does not know this method." },
    { 502, "Bad Gateway", "A server behind this one gave no sensible answer." },
    { 503, "Service Unavailable", "The server cannot answer right now; try again in a while." },
    { 504, "Gateway Timeout", "A server behind this one took too long." },
    { 505, "HTTP Version Not Supported", "The server does not speak this version of HTTP." },
    { 506, "Variant Also Negotiates", "" },
    { 507, "Insufficient Storage", "The server has no room left." },
    { 508, "Loop Detected", "" },
    { 511, "Network Authentication Required", "The network needs you to log in." },
};

enum { STATUSES = sizeof statuses / sizeof *statuses };

const char *http_reason(int status)
{
    for (size_t i = 0; i < STATUSES; i++)
        if (statuses[i].status == status)
            return statuses[i].reason;
    return "Unknown";
}

const char *http_sentence(int status)
{
    for (size_t i = 0; i < STATUSES; i++)
        if (statuses[i].status == status)
            return statuses[i].sentence;
    return "";
}
