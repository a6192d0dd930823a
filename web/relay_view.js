// A domain's relay: the SMTP server that its mail is sent through, kept, tried and removed.

import { api } from "./api.js";
import { longTime } from "./clock.js";
import { button, element, fill } from "./dom.js";
import { askFirst, field, formDialog, offWhile } from "./forms.js";
import { icon } from "./icons.js";
import { note, reasonOf } from "./news.js";
import { facts, nothing } from "./room_parts.js";
import { say } from "./texts.js";

const TLS_PORT = 465;
const USUAL_PORT = 587;

/** "smtp.example.net, port 587". */
export function relayName({ host, port }) {
  return say("relayAt", { host, port });
}

/** Draw what this domain is sent through. */
export async function showRelay(place, domain) {
  const relay = await api.relay(domain.id);
  const again = () => showRelay(place, domain);
  const change = () => edit(domain, relay, again);
  if (!relay) {
    const add = button({ class: "primary", onclick: change }, icon("plus"), say("addRelay"));
    return fill(place, nothing("server", say("sesSends"), say("relayHint"), add));
  }
  const result = element("p", { class: "remark", role: "status", hidden: true });
  const tried = () => tryOut(result, { domainId: domain.id });
  fill(
    place,
    element(
      "div",
      { class: "part" },
      element("p", { class: "hint" }, say("relaySends")),
      facts([
        [say("relayHost"), relay.host],
        [say("relayPort"), say(relay.secure ? "portWithTls" : "portWithStartTls", relay)],
        [say("relayUser"), relay.username ?? say("relayNobody")],
        [say("password"), relay.username && say(relay.hasPassword ? "relayPasswordKept" : "none")],
        [say("changedAt"), longTime(Date.parse(relay.updatedAt))],
      ]),
      element(
        "div",
        { class: "row wrap" },
        button({ class: "primary", onclick: offWhile(tried) }, icon("search"), say("testRelay")),
        button({ onclick: change }, icon("server"), say("changeRelay")),
        button(
          { class: "danger quiet", onclick: () => remove(domain, again) },
          icon("trash"),
          say("removeRelay"),
        ),
      ),
      result,
    ),
  );
}

/** Try it, and say what came of it; the server's own words are what helps. */
async function tryOut(result, relay) {
  result.hidden = false;
  result.className = "remark";
  result.textContent = say("testingRelay");
  try {
    const { success, code, message, tls, authentication } = await api.testRelay(relay);
    const how = [tls, authentication].filter(Boolean).join(", ");
    result.className = `remark ${success ? "good" : "bad"} break`;
    result.textContent = `${code ?? ""} ${message} ${how && `(${how})`}`.trim();
  } catch (error) {
    result.className = "remark bad break";
    result.textContent = reasonOf(error);
  }
}

function edit(domain, relay, again) {
  const result = element("p", { class: "remark", role: "status", hidden: true });
  const test = () => {
    const typed = Object.fromEntries(new FormData(shown.querySelector("form")));
    // The password that is kept cannot be read: what is unchanged is tried as it is kept.
    const isKept = relay && !typed.password && isSame(typed, relay);
    return tryOut(result, isKept ? { domainId: domain.id } : wanted(typed, relay));
  };
  const shown = formDialog(
    say(relay ? "changeRelay" : "addRelay"),
    [
      entry("relayHost", { name: "host", required: true, value: relay?.host }),
      entry(
        "relayPort",
        {
          name: "port",
          type: "number",
          min: 1,
          max: 65_535,
          required: true,
          value: relay?.port ?? USUAL_PORT,
        },
        say("relayPortHint"),
      ),
      entry("relayUser", { name: "username", value: relay?.username }, say("relayUserHint")),
      entry(
        "password",
        { name: "password", type: "password", autocomplete: "new-password" },
        say(relay?.hasPassword ? "relayKeepsPassword" : "relayPasswordHint"),
      ),
      button({ onclick: offWhile(test) }, icon("search"), say("testRelay")),
      result,
    ],
    say("save"),
    async (typed) => {
      await api.keepRelay(domain.id, wanted(typed, relay));
      note(say("relayKept", { name: domain.name }));
      await again();
    },
  );
}

function entry(label, attributes, hint) {
  return field(say(label), { autocomplete: "off", spellcheck: "false", ...attributes }, hint);
}

function isSame({ host, port, username }, relay) {
  return (
    host.trim() === relay.host &&
    Number(port) === relay.port &&
    username.trim() === (relay.username ?? "")
  );
}

/** The relay as it was typed; TLS as the port has it, unless it was chosen otherwise before. */
function wanted({ host, port, username, password }, before) {
  const number = Number(port);
  const secure = number === before?.port ? before.secure : number === TLS_PORT;
  const relay = { host: host.trim(), port: number, secure };
  if (username.trim()) relay.username = username.trim();
  if (password) relay.password = password;
  return relay;
}

function remove({ id, name }, again) {
  askFirst(
    say("removeRelayQuestion", { name }),
    say("removeRelayWarning"),
    say("removeRelay"),
    async () => {
      await api.removeRelay(id);
      note(say("relayRemoved", { name }));
      await again();
    },
  );
}
