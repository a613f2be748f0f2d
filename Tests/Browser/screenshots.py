"""Pictures of pages in several forms. Called by screenshots.sh."""

import os
import sys
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from devtools import Browser  # noqa: E402

program, folder, *pages = sys.argv[1:]
with Browser(program) as browser:
    for page in pages:
        name, path = page.split("=", 1)
        address = "file://" + urllib.parse.quote(path)
        for form, width, scheme, phone in [
                ("desktop", 1280, "light", False), ("dark", 1280, "dark", False), ("narrow", 375, "light", True)]:
            browser.size(width, scale=2 if phone else 1, phone=phone)
            browser.scheme(scheme)
            browser.open(address)
            browser.whole_picture(f"{folder}/{name}-{form}.png")
        browser.scheme("light")
        browser.pdf(f"{folder}/{name}.pdf")
