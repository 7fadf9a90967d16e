/*
 * debug_page.c - what went wrong, for whoever writes the app
 *
 *   comes in:  a request that has failed, and who may look at it
 *   goes out:  the error, each frame with its lines, its variables and a console, the request, and
 * what the page was made from
 *
 * All that it shows is escaped, and only its own script may run: it has the nonce. A value is shown
 * as pprint has it, in bounded time and length: whatever went wrong, the page about it does not.
 */
#include "vial/app/debug.h"
#include "vial/app/sign.h"

enum { SHOWN_MAX = 2000, NONCE = 12, SHOW_STEPS = 100000, SHOW_MEMORY = 2 << 20 };

/* ---- values ---- */

static str shown(vial_req *about, value v)
{
    struct arena *a = about->arena;
    struct buf text = buf_in(a);
    struct error err = { 0 };
    value names = dict_new(a, 1);
    struct render_options options = {
        .arena = a, .user = about, .max_steps = SHOW_STEPS, .max_memory = SHOW_MEMORY
    };

    dict_set(names, S("value"), v);
    if (!template_render(debugger_show(about->app->debugger), names, &options, &text, &err)) {
        buf_clear(&text);
        if (v.type == VIAL_LIST || v.type == VIAL_TUPLE)
            buf_addf(&text, "(%zu items: too many to show)", list_len(v));
        else
            buf_addf(&text, "(cannot be shown: %.*s)", STR(err.sentence));
    }
    error_free(&err);
    return buf_str(&text);
}

static void add_row(struct buf *page, str name, str content)
{
    buf_lit(page, "<tr><th>");
    buf_add_html(page, name);
    buf_lit(page, "<td><code>");
    buf_add_html(page, str_slice(content, 0, SHOWN_MAX));
    buf_add(page, content.len > SHOWN_MAX ? S("...</code>\n") : S("</code>\n"));
}

static void begin_table(struct buf *page, const char *title)
{
    buf_addf(page, "<h2>%s</h2>\n<table>\n", title);
}

static void add_rows(vial_req *about, struct buf *page, value dict)
{
    value key, v;

    for (size_t i = 0; dict_entry(dict, i, &key, &v); i++)
        add_row(page, value_text(key), shown(about, v));
}

static void add_dict(vial_req *about, struct buf *page, const char *title, value dict)
{
    if (!dict_len(dict))
        return;
    begin_table(page, title);
    add_rows(about, page, dict);
    buf_lit(page, "</table>\n");
}

/* ---- frames ---- */

static void add_lines(struct buf *page, const struct debug_frame *frame)
{
    str rest = frame->lines, line;

    buf_lit(page, "<pre class=\"lines\">");
    for (unsigned number = frame->first; str_line(&rest, &line); number++) {
        buf_addf(page, number == frame->at ? "<b><i>%4u</i> " : "<i>%4u</i> ", number);
        buf_add_html(page, line);
        buf_add(page, number == frame->at ? S("</b>\n") : S("\n"));
    }
    buf_lit(page, "</pre>\n");
}

static void add_console(const vial_req *asking, const vial_req *about, struct buf *page, size_t i)
{
    buf_lit(page, "<form action=\"");
    buf_add_html(page, asking->binding.script_name);
    buf_addf(page,
             "/_debug/%.*s/%zu\"><output></output><label>&gt;&gt;&gt; <input name=\"expression\" "
             "autocomplete=\"off\" spellcheck=\"false\" aria-label=\"an expression, evaluated "
             "here\"></label></form>\n",
             STR(about->id), i);
}

static void add_frames(vial_req *asking, vial_req *about, struct buf *page)
{
    size_t i = 0;

    for (const struct debug_frame *frame = about->frames; frame; frame = frame->next, i++) {
        buf_lit(page, "<section>\n<h3>");
        buf_add_html(page, frame->title);
        buf_lit(page, "</h3>\n");
        if (frame->lines.len)
            add_lines(page, frame);
        if (dict_len(frame->names)) {
            buf_addf(page, "<details%s><summary>%zu variable%s</summary>\n<table>\n",
                     i ? "" : " open", dict_len(frame->names),
                     dict_len(frame->names) == 1 ? "" : "s");
            add_rows(about, page, frame->names);
            buf_lit(page, "</table>\n</details>\n");
        }
        if (about->kept)
            add_console(asking, about, page, i);
        buf_lit(page, "</section>\n");
    }
}

/* ---- the request ---- */

static void add_request(vial_req *about, struct buf *page)
{
    const struct headers *headers = &about->http->headers;

    begin_table(page, "Request");
    add_row(page, S("method"), about->http->method);
    add_row(page, S("path"), about->path);
    add_row(page, S("query"), about->http->query);
    add_row(page, S("endpoint"), about->endpoint);
    add_row(page, S("blueprint"), about->scope->name);
    for (size_t i = 0; i < headers->count; i++)
        if (!str_ieq(headers->list[i].name, S("Cookie"))) /* it has the token */
            add_row(page, headers->list[i].name, headers->list[i].value);
    buf_lit(page, "</table>\n");
}

static void add_arguments(vial_req *about, struct buf *page)
{
    if (!about->matched || !about->match.count)
        return;
    begin_table(page, "Arguments");
    for (size_t i = 0; i < about->match.count; i++)
        add_row(page, about->match.arguments[i].name, shown(about, about->match.arguments[i].v));
    buf_lit(page, "</table>\n");
}

static void add_reads(const struct reads *reads, struct buf *page)
{
    if (!reads->things.count)
        return;
    buf_lit(page, "<h2>Made from</h2>\n<ul>\n");
    for (size_t i = 0; i < reads->things.count; i++) {
        buf_lit(page, "<li><code>");
        buf_add_html(page, reads->things.entries[i].key);
        buf_lit(page, "</code>\n");
    }
    buf_lit(page, "</ul>\n");
}

/* ---- the page ---- */

static const char style[] =
    "body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:64rem;padding:1rem;"
    "color:#222;background:#fff}h1{font-size:1.3rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}"
    "h3{font-size:1rem;margin:0 0 .5rem}pre,code,input,output{font:14px/1.5 "
    "ui-monospace,monospace}pre{overflow:auto;padding:.75rem;background:#f4f4f4;margin:.5rem 0}"
    ".lines b{display:inline-block;min-width:100%;background:#ffe2dd;font-weight:inherit}"
    ".lines i{color:#888;font-style:normal}section{border:1px solid #ddd;border-radius:6px;"
    "padding:1rem;margin:1rem 0}table{border-collapse:collapse;width:100%}th{text-align:left;"
    "vertical-align:top;padding:.15rem 1rem .15rem 0;font-weight:600;white-space:nowrap}"
    "td{width:100%}td code{white-space:pre-wrap;overflow-wrap:anywhere}output{display:block;"
    "white-space:pre-wrap;overflow-wrap:anywhere}output .bad{color:#b00}form{margin-top:.75rem}"
    "label{display:flex;gap:.5rem;font:14px/1.5 ui-monospace,monospace}input{flex:1;border:0;"
    "border-bottom:1px solid #999;background:none;color:inherit}"
    "@media(prefers-color-scheme:dark){body{color:#ddd;background:#1b1b1b}pre{background:#262626}"
    ".lines b{background:#5a2a24}section{border-color:#444}output .bad{color:#f88}a{color:#8cf}}";

/* Up and down go through what was asked before, as in a shell. */
static const char script[] =
    "for(const form of document.forms){const input=form.elements.expression,"
    "out=form.querySelector('output'),before=[];let at=0;"
    "const add=(text,bad)=>{const line=document.createElement('div');line.textContent=text;"
    "if(bad)line.className='bad';out.append(line)};"
    "form.onsubmit=async event=>{event.preventDefault();const text=input.value.trim();"
    "if(!text)return;before.push(text);at=before.length;input.value='';add('>>> '+text);"
    "try{const got=await fetch(form.getAttribute('action'),{method:'POST',headers:"
    "{'X-Vial-Debug':'1','Content-Type':'text/plain'},body:text});"
    "add(await got.text(),!got.ok)}catch(error){add(String(error),true)}};"
    "input.onkeydown=event=>{const step={ArrowUp:-1,ArrowDown:1}[event.key];if(!step)return;"
    "at=Math.max(0,Math.min(before.length,at+step));input.value=before[at]||'';"
    "event.preventDefault()}}";

struct buf debug_page_begin(vial_req *asking, str title)
{
    struct buf page = buf_in(asking->arena);

    asking->nonce = random_hex(asking->arena, NONCE);
    buf_lit(&page, "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
    buf_add_html(&page, title);
    buf_addf(&page, "</title>\n<style nonce=\"%.*s\">%s</style>\n<h1>", STR(asking->nonce), style);
    buf_add_html(&page, title);
    buf_lit(&page, "</h1>\n");
    return page;
}

vial_res *debug_page_end(vial_req *asking, struct buf *page, int status)
{
    buf_addf(page, "<script nonce=\"%.*s\">%s</script>\n</html>\n", STR(asking->nonce), script);

    vial_res *res = vial_reply(asking, status, S("text/html; charset=utf-8"), buf_str(page));
    headers_set(&res->http.headers, S("Content-Security-Policy"),
                str_fmt(asking->arena,
                        "default-src 'none'; style-src 'nonce-%.*s'; script-src 'nonce-%.*s'; "
                        "connect-src 'self'; base-uri 'none'; form-action 'none'; "
                        "frame-ancestors 'none'",
                        STR(asking->nonce), STR(asking->nonce)));
    headers_set(&res->http.headers, S("Cache-Control"), S("no-store"));
    headers_set(&res->http.headers, S("Referrer-Policy"), S("no-referrer"));
    res->status_set = true;
    return res;
}

vial_res *debug_page(vial_req *asking, vial_req *about, int status)
{
    struct buf page = debug_page_begin(asking, str_fmt(asking->arena, "%.*s %.*s failed",
                                                       STR(about->http->method), STR(about->path)));

    buf_lit(&page, "<pre>");
    buf_add_html(&page, about->error_text);
    buf_lit(&page, "</pre>\n");
    add_frames(asking, about, &page);
    add_arguments(about, &page);
    add_request(about, &page);
    add_dict(about, &page, "g", about->g);
    if (about->session.accessed)
        add_dict(about, &page, "Session", about->session.values);
    add_reads(about->reads, &page);
    buf_lit(&page, "<p><a href=\"");
    buf_add_html(&page, asking->binding.script_name);
    buf_addf(&page, "/_debug/\">What failed before</a>. Request %.*s.\n", STR(about->id));
    return debug_page_end(asking, &page, status);
}
