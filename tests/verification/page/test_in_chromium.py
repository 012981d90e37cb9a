"""The page in a real browser, without a window and without a network.

Where no Chromium is found these tests are skipped and say so; with FLAGDAY_NEEDS_CHROMIUM set, as
in the gate, they fail instead.
"""

import os
import shutil
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, sync_playwright

from tests.verification.page.conftest import code_path, finding, inventory
from tests.verification.page.test_page import HOSTILE, ORACLE, SINCE, again, everywhere
from verification.subject import Severity

NAMES = ("chromium", "chromium-browser", "google-chrome")
SCHEMES = ("light", "dark")
WIDE, NARROW, NARROWEST = 1440, 390, 320
WHERE_FOCUS_IS = """() => {
  const {tagName, textContent, id} = document.activeElement;
  return [tagName, (id || textContent).trim().split("\\n")[0]];
}"""
TOP_OF_FOCUS = "document.activeElement.getBoundingClientRect().top + scrollY"
IS_SEEN = "(all) => all.map((e) => e.checkVisibility({contentVisibilityAuto: true}))"


@dataclass
class Heard:
    """What a page asked for and complained of."""

    requests: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def chromium():
    """One browser for the module: Playwright's event loop must be gone before Prefect's comes."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        missing = "no chromium on this machine (Debian: apt-get install chromium)"
        if "FLAGDAY_NEEDS_CHROMIUM" in os.environ:
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found)
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium):
    """Open a page; return its tab and what was heard of it."""
    contexts = []

    def load(file, width=WIDE, **options):
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        tab, heard = context.new_page(), Heard()
        tab.on("request", lambda request: heard.requests.append(request.url))
        tab.on("console", lambda message: heard.messages.append(message.text))
        tab.on("pageerror", lambda error: heard.messages.append(str(error)))
        tab.on("dialog", lambda dialog: heard.messages.append(dialog.message))
        tab.goto(file.as_uri())
        return tab, heard

    yield load
    for context in contexts:
        context.close()


@pytest.fixture
def whole(page):
    """A page that has something in every section."""
    findings, taken = everywhere("a name")
    others = (
        finding("V-002"),
        finding("V-003", Severity.WARN, ({"n": 1},), title="A wish"),
        finding("V-004", why="no exports"),
    )
    paths = [*taken.code_paths, code_path("good.py"), code_path("good.py", 7)]
    file = page(
        *findings,
        *others,
        taken=inventory(
            paths,
            closure=taken.closure,
            tables=taken.tables,
            queues=taken.queues,
            unreadable=taken.search.unreadable,
        ),
    )
    again(file, since_previous=SINCE, oracle=ORACLE)
    return file


def test_the_page_asks_for_nothing_but_itself_and_the_console_stays_silent(opened, whole):
    _, heard = opened(whole)

    assert heard == Heard(requests=[whole.as_uri()])


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_runs_or_loads_anything(opened, page, name):
    findings, taken = everywhere(name)
    file = page(*findings, taken=taken)
    _, heard = opened(file)

    assert heard == Heard(requests=[file.as_uri()])


def test_the_policy_stops_a_script_that_is_not_of_the_page(opened, whole):
    tab, _ = opened(whole)

    with pytest.raises(Error, match="Content Security Policy"):
        tab.add_script_tag(content="document.title = 'mine'")
    assert tab.title() == "Failed · flag day"


def test_a_fold_opens_and_closes_by_the_keyboard(opened, whole):
    tab, _ = opened(whole)
    fold = tab.locator("details", has_text="as the index really has it")
    fold.locator("summary").focus()
    seen = [fold.locator("pre").is_visible()]
    for _ in range(2):
        tab.keyboard.press("Enter")
        seen.append(fold.locator("pre").is_visible())

    assert seen == [False, True, False]


def test_all_folds_open_and_close_at_once(opened, whole):
    tab, _ = opened(whole)
    total, opened_at_first = tab.locator("details").count(), tab.locator("details[open]").count()
    tab.get_by_role("button", name="Open all folds").click()
    opened_then = tab.locator("details[open]").count()
    tab.get_by_role("button", name="Close all folds").click()

    assert (opened_at_first, opened_then) == (1, total)
    assert tab.locator("details[open]").count() == 0


def test_the_filter_of_checks_leaves_those_with_the_word_and_counts_them(opened, whole):
    tab, _ = opened(whole)
    tab.get_by_role("searchbox", name="Filter checks").fill("a WISH")
    checks = tab.locator("table.checks [data-item]:visible")

    assert [row.get_attribute("id") for row in checks.all()] == ["V-003"]
    assert tab.locator("[data-filter=checks] output").inner_text() == "1 of 4 shown"


def test_only_those_not_kept_are_left_when_the_box_is_ticked(opened, whole):
    tab, _ = opened(whole)
    tab.get_by_label("Only those not kept").check()
    checks = tab.locator("table.checks [data-item]:visible")

    assert [row.get_attribute("id") for row in checks.all()] == ["V-001", "V-003", "V-004"]


def test_a_filter_that_nothing_fits_hides_groups_and_evidence_too(opened, whole):
    tab, _ = opened(whole)
    tab.get_by_role("searchbox", name="Filter checks").fill("no such check")

    assert tab.locator("table.checks tbody:visible").count() == 0
    assert tab.locator("[data-filter=checks] output").inner_text() == "0 of 4 shown"


def test_the_filter_of_code_paths_finds_them_by_file(opened, whole):
    tab, _ = opened(whole)
    tab.get_by_role("searchbox", name="Filter code paths").fill("good.py")
    files = tab.locator("section.file:visible h4")

    assert files.all_inner_texts() == ["app/good.py"]
    assert tab.locator("section.file [data-item]:visible").count() == 2


def test_without_scripts_everything_is_there_and_folds_work(opened, whole):
    tab, _ = opened(whole, java_script_enabled=False)
    fold = tab.locator("details", has_text="as the index really has it")
    fold.locator("summary").click()

    assert tab.locator(".filter:visible, .folds:visible").count() == 0
    assert tab.locator("table.checks [data-item]:visible").count() == 4
    assert fold.locator("pre").is_visible()


def test_the_first_stop_of_the_keyboard_leads_past_the_contents(opened, whole):
    tab, _ = opened(whole)
    tab.keyboard.press("Tab")
    first = tab.evaluate(WHERE_FOCUS_IS)
    tab.keyboard.press("Enter")

    assert first == ["A", "Skip to the report"]
    assert tab.evaluate(WHERE_FOCUS_IS) == ["MAIN", "main"]


def test_the_keyboard_goes_down_the_report_and_never_back_up(opened, whole):
    tab, _ = opened(whole, width=NARROW)
    tab.locator("main").focus()
    tops = []
    tab.keyboard.press("Tab")
    while tab.evaluate(WHERE_FOCUS_IS)[0] != "BODY" and len(tops) < 200:
        tops.append(round(tab.evaluate(TOP_OF_FOCUS)))
        tab.keyboard.press("Tab")

    assert len(tops) > 10
    assert all(after >= before - 20 for before, after in pairwise(tops))


def test_what_has_the_focus_is_outlined(opened, whole):
    tab, _ = opened(whole)
    tab.keyboard.press("Tab")
    tab.keyboard.press("Tab")
    outline = tab.evaluate("getComputedStyle(document.activeElement).outline")

    assert outline == "rgb(29, 79, 140) solid 3px"


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_axe_finds_nothing_to_object_to(opened, whole, scheme, width):
    tab, _ = opened(whole, width=width, color_scheme=scheme)
    tab.get_by_role("button", name="Open all folds").click()
    found = Axe().run(tab).response["violations"]

    assert [(item["id"], [node["html"] for node in item["nodes"]]) for item in found] == []


def test_light_and_dark_follow_the_reader(opened, whole):
    papers = [
        opened(whole, color_scheme=scheme)[0].evaluate(
            "getComputedStyle(document.body).backgroundColor"
        )
        for scheme in SCHEMES
    ]

    assert papers == ["rgb(253, 252, 250)", "rgb(21, 23, 27)"]


@pytest.mark.parametrize("has_scripts", [True, False])
def test_on_paper_every_fold_is_open_and_what_is_for_the_screen_is_gone(opened, whole, has_scripts):
    tab, _ = opened(whole, color_scheme="dark", java_script_enabled=has_scripts)
    tab.emulate_media(media="print")
    inside = tab.locator("details > :not(summary)")

    assert inside.evaluate_all(IS_SEEN) == [True] * inside.count()
    assert tab.locator("nav:visible, .filter:visible").count() == 0


def test_paper_is_white_though_the_screen_is_dark(opened, whole):
    tab, _ = opened(whole, color_scheme="dark")
    tab.emulate_media(media="print")
    colours = tab.evaluate("""() => [document.body, document.querySelector(".attention .bad")]
        .map((element) => getComputedStyle(element).backgroundColor)""")

    assert colours == ["rgb(255, 255, 255)", "rgb(250, 230, 227)"]


def test_it_prints(opened, whole):
    tab, _ = opened(whole)

    assert tab.pdf()[:5] == b"%PDF-"
    assert tab.locator("details[open]").count() == 1  # as before


@pytest.mark.parametrize("width", [WIDE, NARROW, NARROWEST])
@pytest.mark.parametrize("name", ["a name", "x" * 5000, "/".join(["folder"] * 90), "שלום" * 80])
def test_no_name_makes_the_page_wider_than_the_window(opened, page, width, name):
    findings, taken = everywhere(name)
    tab, _ = opened(page(*findings, taken=taken), width=width)
    tab.get_by_role("button", name="Open all folds").click()

    assert tab.evaluate("document.documentElement.scrollWidth") == width
