/* moon.c - the moon on each day of its month, drawn by a site's own code (content/logic.md) */
#include <math.h>
#include <vial/vial.h>

enum { DAYS = 30 };
static const double month = 29.530588853; /* days from one new moon to the next */
static const double pi = 3.14159265358979323846;

/* The lit part between its edge and the terminator, which is half an ellipse. */
static const char *lit(vial_req *r, double phase)
{
    bool waxing = phase < 0.5;
    bool bulges = phase < 0.25 || (phase >= 0.5 && phase < 0.75); /* the terminator, to the right */

    return vial_fmt(r, "M0,-40 A40,40 0 0,%d 0,40 A%.1f,40 0 0,%d 0,-40", waxing,
                    40 * fabs(cos(2 * pi * phase)), !bulges);
}

static vial_res *draw_moon(vial_req *r)
{
    int64_t day = vial_arg_i(r, "day");

    if (day >= DAYS)
        return vial_abort(r, 404, "the moon's month has 30 days: 0 to 29");
    const char *svg =
        vial_fmt(r,
                 "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-45 -45 90 90\" "
                 "width=\"72\" height=\"72\"><circle r=\"40\" fill=\"#334155\"/>"
                 "<path fill=\"#fef9c3\" d=\"%s\"/></svg>\n",
                 lit(r, (double)day / month));
    return vial_set(vial_text(r, svg), "Content-Type", "image/svg+xml");
}

/* What is built of a rule with arguments is what is listed here, and what pages lead to. */
static void every_moon(vial_req *r, vial_urls *urls)
{
    (void)r;
    for (int day = 0; day < DAYS; day++)
        vial_urls_add(urls, KV({ "day", V(day) }));
}

void site_logic(vial *app)
{
    vial_route(app, "/moon/<int:day>.svg", draw_moon);
    vial_freeze_each(app, "draw_moon", every_moon);
}
