// Accounts: registering, logging in, the profile, and another mailbox.

import { api, Refused } from "./api.js";
import { button, element, fill } from "./dom.js";
import { askFirst, field, formDialog, nameAt } from "./forms.js";
import { icon } from "./icons.js";
import { note, reasonOf } from "./news.js";
import { say } from "./texts.js";

export class AccountDialogs {
  #home;

  constructor(home) {
    this.#home = home;
  }

  /** Whether there is an anonymous mailbox that an account can take over. */
  get #hasSession() {
    const { account, current } = this.#home;
    return Boolean(!account && current && !current.isOver);
  }

  /** Log in; or, from there, make an account. `message` says why it is asked for. */
  logIn(email = "", message = say("accountHint")) {
    const migrate =
      this.#hasSession && element("input", { type: "checkbox", name: "migrate", checked: true });
    const forgotten = () => {
      const typed = shown.querySelector("[name=email]").value;
      shown.close();
      this.#forgotten(typed);
    };
    const shown = formDialog(
      say("logIn"),
      [
        element("p", { class: "hint" }, message),
        emailField(email),
        oldPassword(),
        button({ class: "quiet", onclick: forgotten }, say("forgotPassword")),
        migrate &&
          element(
            "label",
            { class: "check" },
            migrate,
            element(
              "span",
              { class: "break" },
              say("takeAlong", { address: this.#home.current.address }),
            ),
          ),
      ],
      say("logIn"),
      async ({ email, password }) =>
        this.#enter(email, password, Boolean(migrate && migrate.checked)),
      [say("needAccount"), () => this.register()],
    );
  }

  register() {
    formDialog(
      say("register"),
      [
        element("p", { class: "hint" }, say("accountHint")),
        emailField(),
        newPassword(say("password"), "password"),
        field(say("fullName"), { name: "fullName", autocomplete: "name", maxlength: 200 }),
      ],
      say("register"),
      async ({ email, password, fullName }) => {
        const { message, verificationRequired } = await api.register(email, password, fullName);
        if (verificationRequired) return this.#verify(email, message);
        try {
          await this.#enter(email, password, this.#hasSession);
        } catch (error) {
          // The address had an account already, with another password.
          if (!(error instanceof Refused) || error.status !== 401) throw error;
          this.logIn(email, message);
        }
      },
      [say("haveAccount"), () => this.logIn()],
    );
  }

  #verify(email, message) {
    formDialog(
      say("verifyTitle"),
      [
        element("p", {}, message),
        element("p", { class: "hint break" }, say("verifyHint", { email })),
        whose(email),
        field(say("token"), { name: "token", autocomplete: "one-time-code", required: true }),
        oldPassword(),
      ],
      say("verify"),
      async ({ token, password }) => {
        await api.verify(token.trim(), password);
        note(say("verifiedNow"));
        await this.#enter(email, password, this.#hasSession);
      },
      [say("haveAccount"), () => this.logIn(email)],
    );
  }

  #forgotten(email) {
    formDialog(
      say("forgottenTitle"),
      [
        element("p", { class: "hint" }, say("forgottenHint")),
        emailField(email),
      ],
      say("sendLink"),
      async ({ email }) => {
        const { message } = await api.forgetPassword(email);
        note(message);
        this.reset();
      },
      [say("logIn"), () => this.logIn(email)],
    );
  }

  /** Choose a new password, with the token of an email's link or with one to paste. */
  reset(linked = "") {
    const token = { name: "token", autocomplete: "one-time-code", required: true };
    formDialog(
      say("resetTitle"),
      [
        element("p", { class: "hint" }, say(linked ? "resetLinkHint" : "resetHint")),
        linked
          ? element("input", { ...token, value: linked, readonly: true, hidden: true })
          : field(say("token"), token),
        newPassword(say("newPassword"), "password"),
      ],
      say("changePassword"),
      async ({ token, password }) => {
        const { user } = await api.resetPassword(token.trim(), password);
        note(say("passwordReset"));
        await this.#enter(user.email, password, this.#hasSession);
      },
      [say("forgotPassword"), () => this.#forgotten("")],
    );
  }

  /** Agree to get forwarded mail, or end it: a click, as programs open links in messages, too. */
  confirmForwarding(token) {
    formDialog(
      say("forwardingTitle"),
      [element("p", { class: "hint" }, say("forwardingHint"))],
      say("forwardingConfirm"),
      async () => {
        const { address } = await api.confirmForwarding(token);
        note(say("forwardingConfirmed", { address }));
      },
      [say("forwardingStop"), () => this.#stopForwarding(token)],
    );
  }

  #stopForwarding(token) {
    askFirst(
      say("forwardingStopQuestion"),
      say("forwardingStopWarning"),
      say("forwardingStop"),
      async () => {
        const { address } = await api.stopForwarding(token);
        note(say("forwardingStopped", { address }));
      },
    );
  }

  async #enter(email, password, takeAlong) {
    const { user, migratedMailbox, message } = await this.#home.logIn(email, password, takeAlong);
    if (migratedMailbox) note(say("migrated", { address: migratedMailbox.emailAddress }));
    else if (takeAlong) note(message);
    else note(say("loggedIn", { name: user.fullName || user.email }));
  }

  async newMailbox() {
    const domains = element("select", { name: "domain" });
    formDialog(
      say("newMailbox"),
      [
        element(
          "label",
          { class: "field" },
          say("mailboxName"),
          nameAt({ name: "alias", autofocus: true }, domains),
          element("span", { class: "hint" }, say("mailboxNameHint")),
        ),
      ],
      say("create"),
      async ({ alias, domain }) => {
        const wanted = {};
        if (alias.trim()) wanted.alias = alias.trim().toLowerCase();
        if (domain) wanted.domain = domain;
        await this.#home.createMailbox(wanted);
      },
    );
    domains.setAttribute("aria-label", say("mailboxDomain"));
    const [everybodys, own] = await Promise.all([api.domains(), api.ownDomains()]);
    const names = [...everybodys.domains, ...own.domains.filter(({ isActive }) => isActive)];
    fill(
      domains,
      names.map(({ name }) => element("option", { value: name }, name)),
    );
  }

  profile() {
    const { account } = this.#home;
    const shown = formDialog(
      say("profile"),
      [
        element("p", { class: "break" }, account.email),
        field(say("fullName"), {
          name: "fullName",
          autocomplete: "name",
          maxlength: 200,
          value: account.fullName,
        }),
      ],
      say("save"),
      async ({ fullName }) => {
        await this.#home.rename(fullName);
        note(say("saved"));
      },
    );
    const go = (next) => () => {
      shown.close();
      next();
    };
    shown.querySelector(".dialog-head").after(
      element(
        "nav",
        { class: "rooms", "aria-label": say("account") },
        room("domains", "globe", () => shown.close()),
        room("sent", "send", () => shown.close()),
        room("settings", "sliders", () => shown.close()),
      ),
    );
    shown.append(
      element(
        "div",
        { class: "row wrap" },
        button({ onclick: go(() => this.#changePassword()) }, say("changePassword")),
        button({ onclick: go(() => this.#leave()) }, say("logOut")),
        button(
          { class: "danger quiet", onclick: go(() => this.#deleteAccount()) },
          say("deleteAccount"),
        ),
      ),
    );
  }

  #changePassword() {
    formDialog(
      say("changePassword"),
      [
        whose(this.#home.account.email),
        oldPassword(say("currentPassword"), "current"),
        newPassword(say("newPassword"), "wanted"),
      ],
      say("changePassword"),
      async ({ current, wanted }) => {
        await api.changePassword(current, wanted);
        note(say("passwordChanged"));
      },
    );
  }

  #deleteAccount() {
    formDialog(
      say("deleteAccount"),
      [
        element("p", {}, say("deleteAccountHint")),
        whose(this.#home.account.email),
        oldPassword(say("currentPassword")),
      ],
      say("deleteAccount"),
      async ({ password }) => {
        await api.deleteAccount(password);
        await this.#home.startAgain();
        note(say("accountDeleted"));
      },
      null,
      "danger",
    );
  }

  async #leave() {
    try {
      await this.#home.logOut();
      note(say("loggedOut"));
    } catch (error) {
      note(reasonOf(error));
    }
  }
}

/** The way into one of the account's other rooms. */
function room(name, glyph, onclick) {
  return element(
    "a",
    { class: "button", href: `#/${name}`, onclick },
    icon(glyph),
    element("span", { class: "grow" }, say(name)),
    element("span", { "aria-hidden": "true" }, "›"),
  );
}

/** Where an account's e-mail address is asked for. */
function emailField(email = "") {
  return field(say("email"), {
    name: "email",
    type: "email",
    autocomplete: "username",
    required: true,
    value: email,
  });
}

function oldPassword(label = say("password"), name = "password") {
  return field(label, {
    name,
    type: "password",
    autocomplete: "current-password",
    required: true,
  });
}

/** Tells password managers whose password is asked for. */
function whose(email) {
  return element("input", {
    type: "email",
    autocomplete: "username",
    value: email,
    readonly: true,
    hidden: true,
  });
}

/** Where a password is chosen. */
function newPassword(label, name) {
  return field(
    label,
    {
      name,
      type: "password",
      autocomplete: "new-password",
      required: true,
      minlength: 8,
      maxlength: 128,
    },
    say("passwordHint"),
  );
}
