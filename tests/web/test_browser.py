"""In a real browser, under the strict policy: axe on every page, keyboard alone, both widths, lost connections."""

from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from playwright.sync_api import TimeoutError as TimeoutError_

from heed.record import checkpoints
from heed.record.place import Place
from heed.web.enrol import make_enrolment_link
from heed.web.models import Draft

from .browsing import assert_accessible, at_every_width, follow, look, next_page, press, slug
from .conftest import PASSWORD, Served, enter, make_user
from .test_accounts import _secret, code_for

pytestmark = pytest.mark.browser
PUBLIC = ["/account/sign-in/", "/accessibility", "/privacy", "/receipt", "/account/signup/"]
PRIVATE = [
    "/",
    "/account/",
    "/account/factors/",
    "/account/factors/recovery-codes/generate/",
    "/account/sessions/",
    "/account/password/",
    "/account/sign-out/",
    "/integrity/",
    "/integrity/verify/progress",
    "/kitchen/",
    "/kitchen/list",
    "/kitchen/list?name=zzz",
    "/kitchen/receipt",
]


def test_every_page_is_accessible_at_both_widths(page: Any, served: Served) -> None:
    for path in PUBLIC:
        page.goto(served.url + path)
        at_every_width(page, slug(path))
    ada = make_user("ada", is_staff=True, first_name="Ada", last_name="Invented")
    User.objects.bulk_create(User(username=f"row{n:03}", email=f"row{n:03}@example.org") for n in range(130))
    enter(page, served, ada)
    for path in PRIVATE:
        page.goto(served.url + path)
        at_every_width(page, slug(path))


def test_pages_of_errors_and_of_refused_forms_are_accessible(page: Any, served: Served) -> None:
    page.expected.append("the server responded with a status of")
    enter(page, served, make_user("ada"))
    for path in ("/nothing", "/kitchen/forbidden", "/kitchen/broken"):
        page.goto(served.url + path)
        at_every_width(page, f"error-{slug(path)}")
    page.goto(served.url + "/kitchen/")
    page.get_by_label("Day", exact=True).fill("31")
    page.get_by_label("Month", exact=True).fill("May")
    follow(page, page.get_by_role("button", name="Send"))
    page.get_by_role("heading", name="There is a problem").wait_for()
    assert page.title().startswith("Error:")
    assert page.get_by_label("Month", exact=True).input_value() == "May"
    at_every_width(page, "refused-form")
    page.locator(".govuk-error-summary a").nth(1).click()
    assert page.evaluate("document.activeElement.id") == "id_born_day"


def test_signing_in_by_keyboard_alone(page: Any, served: Served) -> None:
    ada = make_user("ada")
    page.goto(served.url + "/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main-content"
    page.keyboard.press("Tab")
    page.keyboard.type("ada@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    press(page, "Enter")
    page.wait_for_url("**/authenticate/")
    assert_accessible(page)
    look(page, "second-factor")
    while page.evaluate("document.activeElement.name") != "code":
        page.keyboard.press("Tab")
    page.keyboard.type(code_for(_secret(ada)))
    press(page, "Enter")
    page.get_by_role("heading", name="What needs you").wait_for()
    with next_page(page):
        page.get_by_role("button", name="Sign out").press("Enter")
    page.get_by_role("heading", name="Sign in").wait_for()


def test_a_new_person_enrols_with_the_app(page: Any, served: Served) -> None:
    new = User.objects.create_user("new", "new@example.org")
    page.goto(make_enrolment_link(new, base=served.url))
    assert_accessible(page)
    look(page, "enrol")
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password confirmation").fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Continue"))
    assert_accessible(page)
    look(page, "choose-second-factor")
    follow(page, page.get_by_role("link", name="Use an authenticator app"))
    assert_accessible(page)
    look(page, "totp")
    page.get_by_label("Authenticator code").fill(code_for(page.get_by_label("Authenticator secret").input_value()))
    follow(page, page.get_by_role("button", name="Activate"))
    page.wait_for_url("**/recovery-codes/")
    assert_accessible(page)
    look(page, "recovery-codes")
    assert Authenticator.objects.filter(user=new, type="totp").exists()


def test_a_passkey_signs_in_without_a_password(page: Any, served: Served) -> None:
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    new = User.objects.create_user("new", "new@example.org")
    page.goto(make_enrolment_link(new, base=served.url))
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password confirmation").fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Continue"))
    follow(page, page.get_by_role("link", name="Use a passkey"))
    assert_accessible(page)
    look(page, "add-passkey")
    page.get_by_label("Name").fill("This device")
    page.get_by_label("Passwordless").check()
    follow(page, page.get_by_role("button", name="Add"))
    page.wait_for_url("**/recovery-codes/")
    page.goto(served.url + "/account/factors/webauthn/")
    assert_accessible(page)
    look(page, "passkeys")
    follow(page, page.get_by_role("button", name="Sign out"))
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("heading", name="What needs you").wait_for()


def test_a_draft_saves_itself_and_a_lost_connection_keeps_the_text(page: Any, served: Served) -> None:
    page.expected += ["ERR_INTERNET_DISCONNECTED", "/drafts/save", "htmx:sendError", "htmx:afterRequest"]
    ada = make_user("ada")
    enter(page, served, ada)
    page.goto(served.url + "/kitchen/")
    page.get_by_label("Name of an invented child").fill("Invented Child")
    page.get_by_text("Draft saved at").wait_for()
    page.context.set_offline(True)
    page.get_by_label("What you were told").fill("typed while the line was down")
    page.get_by_text("Not saved. What you typed is still here; trying again.").wait_for()
    assert page.get_by_label("What you were told").input_value() == "typed while the line was down"
    page.context.set_offline(False)
    page.get_by_text("Draft saved at").wait_for(timeout=15_000)
    page.reload()
    assert page.get_by_label("What you were told").input_value() == "typed while the line was down"
    look(page, "draft-restored")
    assert_accessible(page)
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    with next_page(page):
        page.get_by_label("Name of an invented child").press("Enter")  # sends the form; never presses Discard
    page.get_by_role("heading", name="There is a problem").wait_for()
    assert page.get_by_label("What you were told").input_value() == "typed while the line was down"
    page.goto(served.url + "/kitchen/")
    follow(page, page.get_by_role("button", name="Discard this draft"))
    page.wait_for_url("**/kitchen/")
    assert page.get_by_label("Name of an invented child").input_value() == "" and not Draft.objects.exists()


def give_code(page: Any, user: User, then: str) -> None:
    """Give the app's code as a person does: once more when the page asks for it again, as at the turn of a code."""
    for _ in range(3):
        page.get_by_label("Code").fill(code_for(_secret(user)))
        page.get_by_role("button", name="Sign in", exact=True).or_(page.get_by_role("button", name="Sign In")).click()
        try:
            page.wait_for_url(then, timeout=15_000)
            return
        except TimeoutError_:
            assert "authenticate" in page.url, page.locator("main").inner_text()
    raise AssertionError(page.locator("main").inner_text())


def test_an_expired_session_loses_nothing(page: Any, served: Served) -> None:
    ada = make_user("ada")
    enter(page, served, ada)
    page.goto(served.url + "/kitchen/")
    page.get_by_label("Name of an invented child").fill("Invented Child")
    page.get_by_label("Low").check()
    page.get_by_label("Who told you").select_option("child")
    page.get_by_label("What you were told").fill("before the session ended")
    page.context.clear_cookies(name="sessionid")
    follow(page, page.get_by_role("button", name="Send"))
    page.get_by_role("heading", name="Sign in").wait_for()
    look(page, "signed-out")
    page.get_by_label("Email").fill("ada@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Sign in", exact=True))
    give_code(page, ada, "**/kitchen/")
    assert page.get_by_label("What you were told").input_value() == "before the session ended"
    follow(page, page.get_by_role("button", name="Send"))
    page.get_by_text("Sent: before the session ended").wait_for()
    look(page, "sent")
    assert_accessible(page)


def test_verify_now_shows_its_progress_and_its_verdict(page: Any, served: Served) -> None:
    enter(page, served, make_user("root", is_staff=True))
    page.goto(served.url + "/integrity/")
    follow(page, page.get_by_role("button", name="Verify now"))
    page.get_by_text("Everything holds.").wait_for(timeout=30_000)
    assert_accessible(page)
    look(page, "verified")


def test_a_receipt_is_checked_from_a_file(page: Any, served: Served, tmp_path: Path) -> None:
    file = tmp_path / "receipt.txt"
    file.write_text(checkpoints.receipt_for(0, place=Place(served.data)).text())
    page.goto(served.url + "/receipt")
    page.get_by_label("Receipt file").set_input_files(str(file))
    follow(page, page.get_by_role("button", name="Check", exact=True))
    page.get_by_text("This receipt holds.").wait_for()
    assert_accessible(page)
    look(page, "receipt")


def test_forms_and_lists_work_without_javascript(browser: Any, served: Served) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    try:
        enter(page, served, make_user("ada"))
        page.goto(served.url + "/kitchen/")
        follow(page, page.get_by_role("button", name="Send"))
        assert page.get_by_role("heading", name="There is a problem").count() == 1
        page.get_by_label("Name of an invented child").fill("Invented Child")
        page.get_by_label("Low").check()
        page.get_by_label("Who told you").select_option("other")
        page.get_by_label("What you were told").fill("without a script")
        follow(page, page.get_by_role("button", name="Send"))
        assert page.get_by_text("Sent: without a script").count() == 1
    finally:
        context.close()


def test_on_paper_the_words_stay_and_what_one_clicks_goes(page: Any, served: Served) -> None:
    enter(page, served, make_user("ada", is_staff=True))
    page.goto(served.url + "/integrity/")
    page.emulate_media(media="print")
    look(page, "printed")
    for name in ("Integrity of the record", "Witnesses"):
        assert page.get_by_role("heading", name=name).is_visible()
    assert page.get_by_text("These figures reach entry").is_visible()
    assert page.locator(".heed-synthetic").is_visible()
    for gone in (".heed-navigation", ".govuk-button", ".heed-footer"):
        assert not page.locator(gone).first.is_visible()
