#!/usr/bin/env python3
"""Every way in which people and their programs change files, danced before a running preview.

After each dance the preview must serve, byte for byte, what `vial build` makes of the folder as it then is: every
page that there is, and no page that there is not any more. All dances are danced before a preview that waits for
events, the shorter ones also before one that looks (`--poll`), and some before one that was allowed too few watches.
"""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import vial  # noqa: E402

PATIENCE = 30  # seconds until something that should have happened is a failure
SCRIPT = re.compile(rb'<script src="/-/vial/live\.js"[^>]*></script>')
FILES = {
    "vial.yaml": "title: Dances\nbase_url: https://example.org/\n",
    "templates/base.html": "<html><body>{% block main %}{% endblock %}</body></html>\n",
    "templates/page.html": "{% extends 'base.html' %}{% block main %}<h1>{{ page.title }}</h1>{{ page.content }}{% endblock %}\n",
    "templates/section.html": "{% extends 'base.html' %}{% block main %}{{ page.content }}<ul>{% for p in section.pages %}"
                              "<li>{{ p.title }}</li>{% endfor %}</ul>{% endblock %}\n",
    "templates/404.html": "<html><body>missing</body></html>\n",
    "static/style.css": "a { color: red }\n",
    "content/_index.md": "---\ntitle: Home\n---\nWelcome.\n",
    "content/a.md": "---\ntitle: A\n---\nThe letter A.\n",
    "content/blog/_index.md": "---\ntitle: Blog\n---\n",
}
for number in range(12):
    FILES["content/blog/p%02d.md" % number] = "---\ntitle: Post %d\n---\nText of post %d.\n" % (number, number)

DANCES = []


def dance(*kinds):
    """A dance for previews of these kinds; `events` are all."""
    def register(function):
        DANCES.append((function, kinds))
        return function
    return register


class Floor:
    """A site, its preview, and what happens to the site."""

    def __init__(self, folder):
        self.folder, self.site = folder, os.path.join(folder, "site")
        self.served = {}
        self.count = 0
        for name, text in FILES.items():
            self.write(name, text)

    def path(self, name):
        return os.path.join(self.site, name)

    def write(self, name, text):
        vial.write_file(self.path(name), text)

    def shell(self, commands):
        subprocess.run(commands, shell=True, check=True, cwd=self.site, stdout=subprocess.DEVNULL)

    def text(self):
        """A page that was never there before."""
        self.count += 1
        return "---\ntitle: Version %d\n---\nText of version %d.\n" % (self.count, self.count)

    def difference(self, built):
        """The first address that is served otherwise than it was built; None when all is well."""
        for name in sorted(built):
            url = vial.url_of(name) if name != "404.html" else "/there/is/no/such/page/"
            status, _, body = self.server.get(url)
            if SCRIPT.sub(b"", body) != built[name]:
                return "%s: %d, %r, and not %r" % (url, status, body[-200:], built[name][-200:])
        for name in sorted(set(self.served) - set(built)):
            if self.server.get(vial.url_of(name))[0] != 404:
                return "%s is still there" % vial.url_of(name)
        return None

    def check(self):
        output = os.path.join(self.folder, "built")
        status, _, said = vial.run("build", "-q", "-s", self.site, "-o", output)
        assert status == 0, said
        built = vial.files_of(output)
        until = time.monotonic() + PATIENCE
        while (wrong := self.difference(built)) is not None:
            assert time.monotonic() < until, wrong
            time.sleep(0.01)
        self.served = built


@dance("events", "poll", "few")
def written_in_place(f):
    f.write("content/a.md", f.text())


@dance("events", "poll")
def cut_and_written_later_in_pieces_as_vs_code_does(f):
    text = f.text()
    with open(f.path("content/a.md"), "w", encoding="utf-8") as file:
        time.sleep(0.05)
        file.write(text[:20]), file.flush()
        time.sleep(0.05)
        file.write(text[20:])


@dance("events", "poll", "few")
def a_new_file_renamed_over(f):
    f.write("content/blog/.p03.md.tmp", f.text())
    os.replace(f.path("content/blog/.p03.md.tmp"), f.path("content/blog/p03.md"))


@dance("events")
def vim_itself(f):
    if not shutil.which("vim.tiny"):
        return "vim.tiny is not installed"
    for backup in ("no", "yes", "auto"):
        f.shell("vim.tiny -u NONE -es -c 'set backup backupcopy=%s' -c '$d' -c 'normal oBy vim, %s.' -c 'wq' content/a.md || true"
                % (backup, backup))
        f.check()
    f.shell("rm -f content/a.md~")


@dance("events")
def emacs_with_lock_and_autosave_and_backup(f):
    f.shell("cd content && ln -s me@here.1:2 .#a.md && echo half > '#a.md#' && mv a.md a.md~")
    f.write("content/a.md", f.text())
    f.shell("cd content && rm '.#a.md' '#a.md#' 'a.md~'")


@dance("events")
def helix_with_bck(f):
    f.shell("cd content && mv a.md .a.mdXyZ.bck")
    f.write("content/a.md", f.text())
    f.shell("cd content && rm .a.mdXyZ.bck")


@dance("events")
def kate_with_a_strange_suffix(f):
    f.write("content/a.md.pqBx71", f.text())
    f.shell("cd content && mv a.md.pqBx71 a.md")


@dance("events")
def jetbrains_with_tmp_and_old(f):
    f.write("content/a.md___jb_tmp___", f.text())
    f.shell("cd content && mv a.md a.md___jb_old___ && mv a.md___jb_tmp___ a.md && rm a.md___jb_old___")


@dance("events", "poll")
def sed_in_place(f):
    f.shell("sed -i 's/Text of/Words of/' content/blog/p0*.md")


@dance("events")
def rsync(f):
    if not shutil.which("rsync"):
        return "rsync is not installed"
    f.shell("cp -r content ../other && sed -i 's/Words/Lines/' ../other/blog/*.md && rm ../other/blog/p11.md && "
            "rsync -a --delete ../other/ content/ && rm -r ../other")


@dance("events", "few")
def git_changes_hundreds_of_files_and_back(f):
    if not shutil.which("git"):
        return "git is not installed"
    git = "git -c user.name=x -c user.email=x@example.org -c init.defaultBranch=main -c core.hooksPath=/dev/null "
    f.shell(git + "init -q && " + git + "add -A && " + git + "commit -qm one")
    for i in range(300):
        f.write("content/many/deep%d/q%03d.md" % (i % 7, i), f.text())
    f.write("content/a.md", f.text())
    f.check()
    f.shell(git + "checkout -q -b other && " + git + "add -A && " + git + "commit -qm two")
    f.shell(git + "checkout -q main")
    f.check()
    f.shell(git + "checkout -q other")
    f.check()
    f.write("content/many/deep1/q001.md", f.text())
    f.write("content/blog/p02.md", f.text())
    f.shell(git + "stash -q")
    f.check()
    f.shell(git + "stash pop -q")
    f.check()
    f.shell("rm -r content/many .git")


@dance("events", "poll", "few")
def folders_copied_and_moved_in_out_and_within(f):
    f.shell("cp -r content/blog content/copy")
    f.check()
    f.shell("mv content/copy content/blog/inner")
    f.check()
    f.write("content/blog/inner/p00.md", f.text())
    f.check()
    f.shell("mv content/blog/inner ../outside")
    f.check()
    f.shell("echo 'Written while it was away.' > ../outside/p01.md && mv ../outside content/back")
    f.check()
    f.write("content/back/p02.md", f.text())
    f.check()
    f.shell("rm -r content/back")


@dance("events", "poll")
def a_watched_folder_deleted_and_made_again(f):
    f.shell("mv content/blog ../blog && mv static ../static")
    f.check()
    f.shell("cp -r ../blog content/blog && cp -r ../static static && rm -r ../blog ../static")
    f.check()
    f.write("content/blog/p05.md", f.text())


@dance("events", "poll")
def the_site_itself_moved_away_and_back(f):
    f.shell("mv ../site ../gone")
    time.sleep(0.3)
    os.rename(os.path.join(f.folder, "gone"), f.site)
    f.check()
    f.write("content/a.md", f.text())


@dance("events")
def the_site_itself_deleted_and_made_again(f):
    f.shell("cp -r . ../copy && rm -r ../site")
    time.sleep(0.3)
    os.rename(os.path.join(f.folder, "copy"), f.site)
    f.check()
    f.write("content/blog/p01.md", f.text())
    f.check()


@dance("events", "poll")
def a_link_to_a_folder_outside(f):
    f.shell("mkdir ../linked && echo 'From outside.' > ../linked/out.md && ln -s ../../linked content/linked")
    f.check()
    with open(os.path.join(f.folder, "linked", "out.md"), "w", encoding="utf-8") as file:
        file.write(f.text())
    f.check()
    f.shell("rm content/linked && rm -r ../linked")


@dance("events", "poll")
def a_link_to_a_file_outside_set_anew(f):
    f.shell("echo 'One.' > ../one.md && echo 'Two.' > ../two.md && ln -s ../../one.md content/link.md")
    f.check()
    f.shell("ln -sfn ../../two.md content/link.md")
    f.check()
    f.shell("rm content/link.md ../one.md ../two.md")


@dance("events", "poll", "few")
def a_file_outside_written_in_place_behind_its_link(f):
    f.shell("echo 'One.' > ../one.md && ln -s ../../one.md content/link.md")
    f.check()
    f.shell("echo 'In place.' > ../one.md")
    f.check()
    f.shell("rm content/link.md ../one.md")


@dance("events", "poll")
def a_folder_under_two_names(f):
    f.shell("mkdir ../twice && echo 'One.' > ../twice/t.md && ln -s ../../twice content/t1 && ln -s ../../twice content/t2")
    f.check()
    f.shell("echo 'Two.' > ../twice/t.md")
    f.check()
    f.shell("rm content/t1")
    f.check()
    f.shell("echo 'Three.' > ../twice/t.md")
    f.check()
    f.shell("rm -r content/t2 ../twice")


@dance("events", "poll")
def a_link_turned_to_another_folder(f):
    f.shell("mkdir ../v1 ../v2 && echo 'One.' > ../v1/p.md && echo 'Two.' > ../v2/p.md && ln -s ../../v1 content/now")
    f.check()
    f.shell("ln -s ../../v2 content/next && mv -T content/next content/now")
    f.check()
    f.shell("echo 'Three.' > ../v2/p.md")
    f.check()
    f.shell("rm -r content/now ../v1 ../v2")


@dance("events")
def two_folders_change_places(f):
    f.shell("mkdir content/x content/y && echo 'X.' > content/x/p.md && echo 'Y.' > content/y/p.md")
    f.check()
    f.shell("mv content/x content/z && mv content/y content/x && mv content/z content/y")
    f.check()
    f.shell("echo 'X again.' > content/x/p.md")
    f.check()
    f.shell("rm -r content/x content/y")


@dance("events")
def only_the_case_of_a_name_changes(f):
    f.shell("cd content/blog && mv p07.md P07.md && echo 'Upper.' > P07.md")
    f.check()
    f.shell("cd content/blog && mv P07.md p07.md")


@dance("events")
def a_folder_without_permission_for_a_while(f):
    if os.geteuid() == 0:
        return "nothing is forbidden to root"
    f.write("content/closed/a.md", f.text())
    f.shell("chmod 0 content/closed")
    time.sleep(0.1)
    f.shell("chmod 755 content/closed")
    f.check()
    f.shell("rm -r content/closed")


@dance("events")
def only_the_mode_of_a_file_changes(f):
    f.shell("chmod 600 content/a.md && chmod 644 content/a.md && touch content/blog/*.md")


@dance("events", "few")
def templates_and_static_files_and_the_configuration_at_once(f):
    f.write("templates/base.html", "<html><body class=\"v%d\">{%% block main %%}{%% endblock %%}</body></html>\n" % f.count)
    f.write("static/style.css", "a { color: rgb(1, 2, %d) }\n" % f.count)
    f.write("static/new/deep/%d.txt" % f.count, "new\n")
    f.write("vial.yaml", FILES["vial.yaml"] + "params: {x: %d}\n" % f.count)


@dance("events")
def the_output_lies_inside_the_site(f):
    said = len(f.server.said)
    status, _, words = vial.run("build", "-q", "-s", f.site)
    assert status == 0, words
    time.sleep(0.2)
    assert not any("public" in line for line in f.server.said[said:]), f.server.said[said:]
    shutil.rmtree(f.path("public"))


@dance("events", "poll")
def the_preview_slept(f):
    f.server.process.send_signal(signal.SIGSTOP)
    f.write("content/a.md", f.text())
    f.write("content/slept/one.md", f.text())
    f.shell("rm content/blog/p09.md")
    f.server.process.send_signal(signal.SIGCONT)
    f.check()
    f.shell("rm -r content/slept")


@dance("events")
def more_events_than_the_queue_holds(f):
    with open("/proc/sys/fs/inotify/max_queued_events", encoding="ascii") as file:
        most = int(file.read())
    if most > 50000:
        return "the queue holds %d events" % most
    f.server.process.send_signal(signal.SIGSTOP)
    for i in range(most // 2 + 100):  # two events each; the same one twice would be counted once
        for name in ("a.md", "blog/p00.md"):
            os.close(os.open(f.path("content/" + name), os.O_WRONLY | os.O_APPEND))
    f.write("content/unseen/deep/one.md", f.text())
    f.shell("mv content/blog content/moved")
    f.server.process.send_signal(signal.SIGCONT)
    f.check()
    f.write("content/unseen/deep/one.md", f.text())
    f.check()
    f.write("content/moved/p01.md", f.text())
    f.check()
    f.shell("rm -r content/unseen && mv content/moved content/blog")


class FewWatches(vial.Server):
    """A preview in a user namespace of its own that allows four watches."""

    def __init__(self, *words):
        super().__init__(*words, command="preview")
        inner = "echo 4 > /proc/sys/user/max_inotify_watches && exec \"$0\" \"$@\""
        self.words = ["unshare", "--user", "--map-root-user", "sh", "-c", inner] + self.words

    @staticmethod
    def is_possible():
        return shutil.which("unshare") and subprocess.run(
            ["unshare", "--user", "--map-root-user", "sh", "-c", "echo 4 > /proc/sys/user/max_inotify_watches"],
            stderr=subprocess.DEVNULL).returncode == 0


KINDS = {
    "events": lambda site: vial.Server("-s", site, command="preview"),
    "poll": lambda site: vial.Server("-s", site, "--poll", command="preview"),
    "few": lambda site: FewWatches("-s", site),
}


def dance_all(kind, wanted, counts):
    with tempfile.TemporaryDirectory(prefix="vial-dances-") as folder:
        floor = Floor(folder)
        with KINDS[kind](floor.site) as server:
            floor.server = server
            floor.check()
            for function, kinds in DANCES:
                if kind not in kinds or (wanted and function.__name__ not in wanted):
                    continue
                try:
                    why = function(floor)
                    floor.check()
                except Exception as wrong:  # a broken connection is a failure like any other
                    server.process.send_signal(signal.SIGCONT)
                    counts["failed"] += 1
                    print("FAILED %s (%s)\n%s: %s\n%s" % (function.__name__, kind, type(wrong).__name__, wrong,
                                                          "".join(server.said[-12:])))
                    server.connection.close()
                    continue
                if why:
                    print("skipped %s: %s" % (function.__name__, why))
                counts["skipped" if why else "passed"] += 1
        said = "".join(server.said)
        if "Sanitizer" in said or (kind == "few") != ("fs.inotify.max_user_watches" in said):
            counts["failed"] += 1
            print("FAILED what the preview said (%s)\n%s" % (kind, said[-4000:]))


def main(wanted):
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for kind in KINDS:
        if kind == "few" and not FewWatches.is_possible():
            print("skipped %s: user namespaces are not allowed here" % kind)
            counts["skipped"] += 1
            continue
        dance_all(kind, wanted, counts)
    print("%(passed)d passed, %(failed)d failed, %(skipped)d skipped" % counts)
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
