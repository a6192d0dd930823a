"""The paths of mail that goes out (document 002)."""

from mayfly.kit.http.routing_route import FETCH, Route

_EMAILS = "/api/v1/emails"
_EMAIL = "/api/v1/emails/{emailId}"
_SUPPRESSIONS = "/api/v1/suppressions"
_TAG = "sending"

OUTGOING_ROUTES: tuple[Route, ...] = (
    Route("send_email", "POST", _EMAILS, "Send a mail", _TAG),
    Route("list_emails", "GET", _EMAILS, "List mails that go out", _TAG, FETCH),
    # A word goes before a parameter, in API Gateway and on the laptop.
    Route("announce_attachment", "POST", f"{_EMAILS}/attachments", "Upload a file", _TAG),
    Route("email_stats", "GET", f"{_EMAILS}/stats", "Count them", _TAG),
    Route("ask_to_send", "POST", f"{_EMAILS}/approval", "Ask to be let send", _TAG),
    Route("show_email", "GET", _EMAIL, "Show one and its history", _TAG),
    Route("delete_email", "DELETE", _EMAIL, "Cancel or remove one", _TAG),
    Route("resend_email", "POST", f"{_EMAIL}/resend", "Send one again", _TAG),
    Route("list_suppressions", "GET", _SUPPRESSIONS, "Who gets no more mail", _TAG),
    Route("clear_suppression", "DELETE", f"{_SUPPRESSIONS}/{{address}}", "Clear one", _TAG),
)
