/* test.c: the tests */
#undef NDEBUG
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <vial/vial.h>

vial *guestbook_app(void);

static void posts_have_pages(vial_client *c)
{
    const vial_got *got = vial_send(c, "GET", "/post/2/");

    assert(got->status == 200 && strcmp(got->template_, "post.html") == 0);
    assert(vial_int(vial_get(vial_get(got->ctx, "post"), "id"), 0) == 2);
    assert(vial_send(c, "GET", "/post/3/")->status == 404);
    assert(strstr(vial_send(c, "GET", "/")->body, "This blog was ..."));
}

static void the_book_is_signed_by_its_form_alone(vial_client *c)
{
    const vial_kv *form = KV({ "name", V("Ann") }, { "text", V("<b>hi</b>") });
    const vial_got *got;

    assert(vial_send(c, "POST", "/book/sign", .form = form)->status == 400);
    vial_client_session_set(c, "_csrf", V("token"));
    got = vial_send(c, "POST", "/book/sign", .form = form,
                    .headers = KV({ "X-CSRF-Token", V("token") }), .follow = true);
    assert(got->redirects == 1 && strstr(got->body, "Thank you, Ann."));
    assert(strstr(vial_send(c, "GET", "/book/")->body, "&lt;b&gt;hi&lt;/b&gt;"));
    assert(strstr(vial_send(c, "GET", "/book/sign")->body, "value=\"Ann\""));
}

static void programs_speak_json(vial_client *c)
{
    const vial_got *got = vial_send(c, "POST", "/book/entries",
                                    .json = "{\"name\": \"Bob\", \"text\": \"hello\"}");

    assert(got->status == 201);
    assert(vial_send(c, "POST", "/book/entries", .json = "{\"name\": \"Bob\"")->status == 400);
    assert(vial_send(c, "POST", "/book/entries", .body = "name=Bob")->status == 415);
    assert(strstr(vial_send(c, "GET", "/book/entries.json")->body, "hello"));
}

static void the_command_asks_for_what_it_was_not_given(vial_client *c)
{
    const vial_ran *ran = vial_client_run(c, "book add --name Carol", "from the command line\n");

    assert(ran->status == 0 && strcmp(ran->output, "added\n") == 0);
    assert(strstr(vial_send(c, "GET", "/book/")->body, "from the command line"));
}

int main(void)
{
    vial *app = guestbook_app();
    vial_client *c = vial_client_new(app);

    posts_have_pages(c);
    the_book_is_signed_by_its_form_alone(c);
    programs_speak_json(c);
    the_command_asks_for_what_it_was_not_given(c);
    assert(strstr(vial_send(c, "GET", "/book/nothing")->body, "Not here"));
    vial_client_free(c);
    vial_free(app);
    puts("all is well");
    return 0;
}
