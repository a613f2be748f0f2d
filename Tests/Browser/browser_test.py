"""What a person does with a report and a site, done in a real browser. Called by browser_test.sh."""

import functools
import http.server
import os
import sys
import threading
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from devtools import Browser  # noqa: E402

failures = []


def check(holds, what):
    print(("ok      " if holds else "FAILED  ") + what)
    if not holds:
        failures.append(what)


def quiet(browser, what, address):
    """Whether a page asked for nothing but itself, and nothing went wrong in it."""
    def plain(url):
        return urllib.parse.unquote(url.split("#")[0])
    others = [url for url in browser.requests if not url.startswith("data:") and plain(url) != plain(address)]
    check(others == [], f"{what}: no request {others}")
    resources = browser.evaluate("performance.getEntriesByType('resource').map((e) => e.name)")
    check([name for name in resources if not name.startswith("data:")] == [], f"{what}: nothing loaded {resources}")
    check(browser.problems == [], f"{what}: no error {browser.problems}")
    violations = browser.evaluate("violations")
    check(violations == [], f"{what}: no breach of its policy {violations}")


def column(browser, index):
    return browser.evaluate(
        f"[...document.querySelectorAll('table.leaderboard tbody tr')].map((row) => row.cells[{index}].dataset.value"
        f" ?? row.cells[{index}].textContent)")


def numbers(values):
    return [float(value) for value in values]


def sorting(browser):
    headings = browser.evaluate(
        "[...document.querySelectorAll('table.leaderboard thead th')].map((cell) => cell.textContent)")
    rate = headings.index("learning_rate")
    rank = headings.index("lora_r")
    best_first = column(browser, headings.index("BLEU"))
    check(len(best_first) >= 4 and numbers(best_first) == sorted(numbers(best_first), reverse=True),
          f"the leaderboard begins with the best {best_first}")

    def button(index):
        return f"document.querySelectorAll('table.leaderboard thead th')[{index}].querySelector('button')"

    def order(index):
        return browser.evaluate(f"document.querySelectorAll('table.leaderboard thead th')[{index}].ariaSort")

    browser.click(button(rate))
    values = numbers(column(browser, rate))
    check(values == sorted(values) and order(rate) == "ascending", f"a click sorts ascending {values}")
    browser.click(button(rate))
    values = numbers(column(browser, rate))
    check(values == sorted(values, reverse=True) and order(rate) == "descending", "a second click turns the order round")

    browser.evaluate(button(rank) + ".focus()")
    browser.key("Enter", "\r")
    values = numbers(column(browser, rank))
    check(values == sorted(values) and order(rank) == "ascending" and order(rate) is None, f"Enter sorts {values}")
    browser.key(" ", " ")
    values = numbers(column(browser, rank))
    check(values == sorted(values, reverse=True), "the space bar turns the order round")
    # From a column that is not the last one.
    browser.evaluate(button(headings.index("BLEU")) + ".focus()")
    browser.key("Tab")
    check(browser.evaluate("document.activeElement.closest('th') !== null"), "Tab goes to the next heading")
    names = browser.evaluate("[...document.querySelectorAll('table.leaderboard tbody th')].length")
    check(names == len(best_first), "sorting loses no row")


def curves(browser):
    shown = "[...document.querySelectorAll('.curve[data-run=\"%s\"]')].map((c) => getComputedStyle(c).display)"
    run = browser.evaluate("document.querySelector('.legend li').dataset.run")
    browser.click("document.querySelector('.legend li button')")
    hidden = browser.evaluate(shown % run)
    check(len(hidden) >= 2 and set(hidden) == {"none"}, f"a click on a name hides its curves {hidden}")
    check(browser.evaluate("document.querySelector('.legend button').ariaPressed") == "false",
          "and says so to a screen reader")
    browser.click("document.querySelector('.show-all')")
    check("none" not in browser.evaluate(shown % run), "'Show all' brings them back")

    x, y = browser.place("document.querySelector('.chart svg.frame')")
    browser.mouse("mouseMoved", x, y)
    text = browser.evaluate("document.querySelector('.chart .readout').textContent")
    # A name, a step and a value with two digits.
    check(text.count("·") == 2 and any(c.isdigit() for c in text), f"pointing at a chart reads a value off: {text}")
    marker = browser.evaluate("getComputedStyle(document.querySelector('.chart .marker')).display")
    check(marker == "block", "and marks the point")
    browser.mouse("mouseMoved", 2, 2)
    check(browser.evaluate("document.querySelector('.chart .readout').textContent") == "", "and ends when one leaves")


def text_only(browser, what):
    """Nothing from data became markup."""
    check(browser.evaluate("document.querySelectorAll('main img, main script, main b, iframe, object').length") == 0,
          f"{what}: no markup from data")
    check(browser.evaluate("document.title") not in ("1", ""), f"{what}: its own title")


def site(browser, start):
    """Every page and file that can be reached by links."""
    host = start.rsplit("index.html", 1)[0]
    pages, seen, files = [start], set(), set()
    while pages:
        page = pages.pop(0)
        if page in seen:
            continue
        seen.add(page)
        browser.open(page)
        short = urllib.parse.unquote(page[len(host):])
        quiet(browser, short, page)
        text_only(browser, short)
        missing = browser.evaluate(
            "[...document.querySelectorAll('a[href^=\"#\"]')].map((a) => decodeURIComponent(a.hash.slice(1)))"
            ".filter((id) => !document.getElementById(id))")
        check(missing == [], f"{short}: links within the page {missing}")
        links = browser.evaluate(
            "[...document.querySelectorAll('a[href]')].map((a) => a.href.split('#')[0])")
        outside = [link for link in links if not link.startswith(host)]
        check(outside == [], f"{short}: leads nowhere else {outside}")
        for link in links:
            if link.endswith(".html"):
                pages.append(link)
            else:
                files.add(link)
    return seen, files


def fetched(link):
    with urllib.request.urlopen(link) as answer:
        return answer.read()


def file_bytes(root, path):
    with open(root + path, "rb") as file:
        return file.read()


def main():
    program, folder = sys.argv[1:3]
    root = os.path.join(folder, "site")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with Browser(program) as browser:
        for name in ["report.html", "grid.html"]:
            address = "file://" + folder + "/" + name
            browser.size(1200)
            browser.open(address)
            sorting(browser)
            curves(browser)
            quiet(browser, name, address)
            text_only(browser, name)
            browser.size(375, 800, phone=True)
            browser.open(address)
            width = browser.evaluate("document.documentElement.scrollWidth")
            check(width <= 375, f"{name}: fits a phone ({width} of 375 pixels)")
            quiet(browser, name + " on a phone", address)

        browser.size(1200)
        start = "file://" + root + "/index.html"
        pages, files = site(browser, start)
        check(len(pages) == 7, f"from a disk: {len(pages)} pages found by links")
        def path(link):
            return urllib.parse.unquote(urllib.parse.urlsplit(link).path)

        missing = [path(link) for link in sorted(files) if not os.path.isfile(path(link))]
        check(len(files) > 40 and missing == [], f"from a disk: {len(files)} files to take away {missing}")

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=root))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        served, served_files = site(browser, f"http://127.0.0.1:{server.server_port}/index.html")
        check(len(served) == len(pages) and len(served_files) == len(files), "from a server: the same pages and files")
        wrong = [link for link in sorted(served_files) if fetched(link) != file_bytes(root, path(link))]
        check(wrong == [], f"from a server: each file byte for byte {wrong}")
        server.shutdown()
    print(f"{len(failures)} failures")
    sys.exit(1 if failures else 0)


main()
