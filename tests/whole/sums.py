"""Sums: what holds and what does not, a sentence each.

    sums.that("a page is made", os.path.exists(page), said)
    sys.exit(sums.end())
"""
passed = failed = skipped = 0


def that(sentence, good, detail=""):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print("FAILED: %s\n%s" % (sentence, str(detail)[-4000:]))


def skip():
    global skipped
    skipped += 1


def end():
    """Prints the sums; the exit status of the program. Nothing at all is no proof."""
    print("%d passed, %d failed, %d skipped" % (passed, failed, skipped))
    return 1 if failed or not passed else 0
