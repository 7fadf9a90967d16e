#!/usr/bin/env python3
"""What goes wrong on a real machine: each time a clear error, exit code 1, nothing lost, never a crash.

A site is built; then something is spoilt, and the build must say what (with the file's name), end with 1, and leave
every file of the first build as it was, or as a whole new one. Needs root for the tmpfs; says so where it is not.
"""
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import vial  # noqa: E402

CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


def write(site, name, data):
    vial.write_file(os.path.join(site, name), data)


def make(site):
    write(site, "vial.yaml", "title: Faults\nbase_url: https://example.org/\ntheme: plain\n")
    write(site, "content/_index.md", "---\ntitle: Home\n---\nHome.\n")
    write(site, "content/a.md", "---\ntitle: A\n---\nThe letter A.\n")
    write(site, "content/b.md", "---\ntitle: B\n---\nThe letter B.\n")


def fails(site, *words, options=(), code=1):
    """The build ends with `code` and says each of `words`."""
    status, out, said = vial.run("build", "-s", site, *options)
    assert status == code, "exit code %d\n%s" % (status, said)
    for word in words:
        assert re.search(word, said), "it does not say %r:\n%s" % (word, said)
    assert "Sanitizer" not in said and "Assertion" not in said, said
    assert out == "", "standard output is not for errors:\n" + out
    return said


def built(site):
    return vial.files_of(os.path.join(site, "public"))


@check
def a_folder_without_a_configuration_says_how_to_get_one(site):
    os.remove(os.path.join(site, "vial.yaml"))
    fails(site, r"vial\.yaml", r"vial new")


@check
def a_site_that_is_not_there_is_named(site):
    fails(os.path.join(site, "nowhere"), "nowhere")


@check
def a_configuration_that_is_a_folder(site):
    os.remove(os.path.join(site, "vial.yaml"))
    os.mkdir(os.path.join(site, "vial.yaml"))
    fails(site, r"vial\.yaml", "folder")


@check
def bad_yaml_in_the_configuration_has_a_place(site):
    write(site, "vial.yaml", "title: A\nparams: [1, 2\nlinks: warn\n")
    fails(site, r"vial\.yaml:[23]:\d+: ")


@check
def an_unknown_key_is_told_with_the_nearest_one(site):
    write(site, "vial.yaml", "titel: A\nbase_url: https://example.org/\n")
    fails(site, r"vial\.yaml:1:1: ", "titel", r"did you mean 'title'\?")


@check
def a_theme_that_is_not_there_is_named(site):
    write(site, "vial.yaml", "title: A\ntheme: plian\n")
    fails(site, r"vial\.yaml:2:\d+: ", "plian", "plain")


@check
def bad_front_matter_has_a_place_and_the_other_pages_are_built(site):
    write(site, "content/a.md", "---\ntitle: A\ntags: [x\n---\nText.\n")
    fails(site, r"content/a\.md:[34]:\d+: ")
    assert "b/index.html" in built(site)


@check
def front_matter_without_its_end(site):
    write(site, "content/a.md", "---\ntitle: A\n\nText.\n")
    fails(site, r"content/a\.md:1:1: ", "---")


@check
def a_wrong_type_in_front_matter_has_a_place(site):
    write(site, "content/a.md", "---\ntitle: A\nweight: heavy\n---\nText.\n")
    fails(site, r"content/a\.md:3:9: ", "weight")


@check
def a_template_that_does_not_parse_has_a_place(site):
    write(site, "templates/page.html", "<h1>\n{% if page.title %}{{ page.title }}\n</h1>\n")
    fails(site, r"templates/page\.html:\d+:\d+: TemplateSyntaxError: ", "endif")


@check
def a_failing_template_names_the_page_and_the_other_pages_are_built(site):
    write(site, "templates/special.html", "{{ page.nothing.at.all }}\n")
    write(site, "content/a.md", "---\ntitle: A\ntemplate: special.html\n---\nText.\n")
    fails(site, r"templates/special\.html:1:\d+: UndefinedError: ", r"content/a\.md|/a/")
    assert "b/index.html" in built(site)


@check
def all_errors_are_reported_and_not_the_first(site):
    write(site, "content/a.md", "---\nweight: heavy\n---\n")
    write(site, "content/b.md", "---\nweight: light\n---\n")
    fails(site, r"content/a\.md:2", r"content/b\.md:2", "2 errors")


@check
def bytes_that_are_no_utf8_have_a_place(site):
    write(site, "content/a.md", b"---\ntitle: A\n---\nGood line.\nBad \xff line.\n")
    fails(site, r"content/a\.md:5:5: ", "UTF-8")


@check
def a_page_of_a_hundred_megabytes_is_refused_quickly(site):
    with open(os.path.join(site, "content/a.md"), "wb") as file:
        file.truncate(100 << 20)
    fails(site, r"content/a\.md", "MB|MiB|bytes|large")


@check
def a_folder_named_as_a_page(site):
    os.mkdir(os.path.join(site, "content/c.md"))
    write(site, "content/c.md/x.txt", "x")
    status, _, said = vial.run("build", "-s", site)
    assert status in (0, 1) and "Sanitizer" not in said, said


@check
def a_fifo_is_not_waited_for(site):
    os.mkfifo(os.path.join(site, "content/pipe.md"))
    status, _, said = vial.run("build", "-s", site)
    assert status in (0, 1) and "Sanitizer" not in said, said


@check
def a_broken_link_has_a_place_and_the_nearest_page(site):
    write(site, "content/letters.md", "---\ntitle: L\n---\nWords.\n")
    write(site, "content/a.md", "---\ntitle: A\n---\nSee [it](leters.md).\n")
    fails(site, r"content/a\.md:4:5: ", r"leters\.md", r"letters\.md")


@check
def a_broken_anchor_has_a_place(site):
    write(site, "content/a.md", "---\ntitle: A\n---\nSee [it](b.md#nowhere).\n")
    fails(site, r"content/a\.md:4:5: ", "nowhere")


@check
def a_missing_picture_has_a_place(site):
    write(site, "content/a.md", "---\ntitle: A\n---\n![it](it.png)\n")
    fails(site, r"content/a\.md:4:1: ", r"it\.png")


@check
def two_pages_on_one_address_name_both_files(site):
    write(site, "content/c.md", "---\ntitle: C\nslug: a\n---\n")
    fails(site, r"content/a\.md", r"content/c\.md", "/a/")


@check
def a_page_without_permission_is_named(site):
    if os.geteuid() == 0:
        return "root may read everything"
    os.chmod(os.path.join(site, "content/a.md"), 0)
    fails(site, r"content/a\.md", "ermission")


@check
def an_output_that_is_a_file_is_refused(site):
    write(site, "out", "mine")
    fails(site, "out", options=("-o", os.path.join(site, "out")))
    with open(os.path.join(site, "out")) as file:
        assert file.read() == "mine"


@check
def an_output_that_is_the_content_is_refused(site):
    before = vial.files_of(os.path.join(site, "content"))
    fails(site, "content", options=("-o", os.path.join(site, "content")))
    assert vial.files_of(os.path.join(site, "content")) == before


@check
def files_of_other_origin_are_never_touched(site):
    vial.run("build", "-s", site)
    write(site, "public/mine.txt", "mine")
    write(site, "public/a/mine.txt", "mine")
    os.remove(os.path.join(site, "content/a.md"))
    status, _, said = vial.run("build", "-s", site)
    assert status == 0, said
    now = built(site)
    assert now["mine.txt"] == b"mine" and now["a/mine.txt"] == b"mine" and "a/index.html" not in now, sorted(now)


def in_tmpfs(site, size, function):
    """Runs function with site/public on a small file system of its own."""
    output = os.path.join(site, "public")
    os.makedirs(output, exist_ok=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=%s" % size, "tmpfs", output], capture_output=True)
    if mounted.returncode != 0:
        return "no tmpfs can be mounted here"
    try:
        return function()
    finally:
        subprocess.run(["umount", output], check=True)


@check
def a_full_disk_is_told_and_the_next_build_mends_it(site):
    def full():
        status, _, said = vial.run("build", "-s", site)
        assert status == 0, said
        before = built(site)
        write(site, "public/ballast", b"x")
        ballast = os.path.join(site, "public", "ballast")
        descriptor = os.open(ballast, os.O_WRONLY)
        try:
            while os.write(descriptor, b"x" * 4096):
                pass
        except OSError:  # the disk is full: that is what was wanted
            pass
        os.close(descriptor)
        write(site, "content/a.md", "---\ntitle: A\n---\n" + "More of the letter A.\n\n" * 4000)
        fails(site, "a/index.html", "[Nn]o space")
        now = built(site)
        for name, data in before.items():
            assert now[name] == data, "%s was lost or torn" % name
        os.remove(ballast)
        status, _, said = vial.run("build", "-s", site)
        assert status == 0 and b"More of the letter" in built(site)["a/index.html"], said
        return None
    return in_tmpfs(site, "256k", full)


@check
def an_output_that_may_not_be_written_is_told(site):
    def read_only():
        vial.run("build", "-s", site)
        subprocess.run(["mount", "-o", "remount,ro", os.path.join(site, "public")], check=True)
        before = built(site)
        write(site, "content/a.md", "---\ntitle: A\n---\nChanged.\n")
        fails(site, "a/index.html|public", "[Rr]ead-only")
        assert built(site) == before
        return None
    return in_tmpfs(site, "1m", read_only)


@check
def bad_usage_ends_with_two(site):
    status, _, said = vial.run("build", "--drfats", "-s", site)
    assert status == 2 and "--drafts" in said, said
    status, _, said = vial.run("biuld")
    assert status == 2 and "'build'" in said, said
    status, _, said = vial.run()
    assert status == 2 and "usage" in said, said


@check
def a_new_site_is_built_and_a_page_is_added(site):
    folder = os.path.join(site, "fresh")
    status, _, said = vial.run("new", folder)
    assert status == 0, said
    status, _, said = vial.run("build", "--strict", "-s", folder)
    assert status == 0, said
    assert "blog/hello/index.html" in built(folder), sorted(built(folder))
    status, _, said = vial.run("new", "content", "blog/2031-02-03-my-trip.md", "-s", folder)
    assert status == 0, said
    with open(os.path.join(folder, "content/blog/2031-02-03-my-trip.md")) as file:
        text = file.read()
    assert 'title: "My trip"' in text and "date: 2031-02-03\n" in text, text
    status, _, said = vial.run("new", "content", "blog/2031-02-03-my-trip.md", "-s", folder)
    assert status == 1 and "already" in said, said
    vial.run("build", "--drafts", "--future", "-s", folder)
    assert "blog/my-trip/index.html" in built(folder)
    vial.run("build", "-s", folder)
    assert "blog/my-trip/index.html" not in built(folder)
    status, _, said = vial.run("new", folder)
    assert status != 0 and "not empty" in said, said


def main(wanted):
    passed = failed = skipped = 0
    for function in CHECKS:
        name = function.__name__
        if wanted and name not in wanted:
            continue
        with tempfile.TemporaryDirectory(prefix="vial-faults-") as site:
            make(site)
            try:
                why = function(site)
            except (AssertionError, subprocess.SubprocessError, OSError, KeyError) as wrong:
                failed += 1
                print("FAILED %s\n%s\n" % (name, wrong))
                continue
        if why:
            skipped += 1
            print("skipped %s: %s" % (name, why))
        else:
            passed += 1
    print("%d passed, %d failed%s" % (passed, failed, ", %d skipped" % skipped if skipped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
