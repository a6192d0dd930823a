"""The operations of passwords: changing one, and getting a new one in place of a forgotten one."""

from mayfly.accounts.routes import MAILED, WRONG_PASSWORD
from mayfly.accounts.schemas import (
    ChangedUser,
    ForgottenPassword,
    NewPassword,
    PasswordReset,
    Said,
    User,
)
from mayfly.accounts.tokens import AccountSession
from mayfly.admission.callers import ACCOUNT_SESSION, OWN_SITE
from mayfly.admission.limits import confirmation, newcomer, tolerate_unsent_mail
from mayfly.kit.http.route import BAD_BODY, CONFIRM, CROSS_SITE, LOGIN, Call, Routes
from mayfly.rate_limits.models import Client

api = Routes("accounts")


@api(
    "POST",
    "/api/users/change-password",
    "Change the password",
    ACCOUNT_SESSION,
    means="It is changed, and all other sessions have ended",
    errors={401: WRONG_PASSWORD},
    limit=CONFIRM,
)
def change_password(call: Call[AccountSession, NewPassword]) -> Said:
    """API keys go on; revoke them if they may be known (`GET /api/v1/keys`)."""
    caller, sent, flows = call.caller, call.body, call.flows
    with confirmation(Client("session", caller.session), flows):
        flows.accounts.password_changer.change_password(
            caller, sent.current_password, sent.new_password
        )
    with tolerate_unsent_mail():
        flows.accounts.password_reset.tell(caller.account, has_reset=False)
    return Said(message="Password changed; all other sessions have ended")


@api(
    "POST",
    "/api/users/password/forgot",
    "Ask for a token for a new password",
    OWN_SITE,
    means="Whether the address has an account is not said",
    status=202,
    errors={
        400: f"{BAD_BODY}, or no mail can be sent to this address",
        403: f"This service sends no mail: admins hand tokens out; or: {CROSS_SITE}",
    },
    limit=LOGIN,
)
def forget_password(call: Call[None, ForgottenPassword]) -> Said:
    """One email goes to the address: with a token for `POST /api/users/password/reset`, or saying
    that there is no account. A token is good once, for 30 minutes, until the next is asked for or
    the password changes.
    """
    with newcomer(call.request, call.body.email, call.flows):
        call.flows.accounts.password_reset.ask(call.body.email)
    return Said(message=MAILED)


@api(
    "POST",
    "/api/users/password/reset",
    "Choose a new password",
    OWN_SITE,
    means="It is changed, and all sessions have ended",
    errors={
        400: f"{BAD_BODY}, or the password cannot be; the token stays good",
        401: "The token resets nothing, or not any more",
    },
    limit=LOGIN,
)
def reset_password(call: Call[None, PasswordReset]) -> ChangedUser:
    """Verifies the e-mail address as well. It is no session: log in then. API keys go on;
    revoke them if they may be known (`GET /api/v1/keys`). An email tells the owner.
    """
    account = call.flows.accounts.password_reset.reset(call.body.token, call.body.password)
    with tolerate_unsent_mail():
        call.flows.accounts.password_reset.tell(account, has_reset=True)
    message = "Password changed; all sessions have ended, API keys go on: log in"
    return ChangedUser(message=message, user=User.of(account))
