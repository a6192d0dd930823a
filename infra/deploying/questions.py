"""The questions of `make configure`: what is asked, what the account says, and what is taken."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.cloud import context
from infra.cloud.context import InvalidContext
from infra.cloud.deployment import Deployment, context_values
from infra.cloud.functions.environment import OF_A_NEW_ACCOUNT
from infra.cloud.name_checks import RECEIVING_REGIONS
from infra.deploying.account import CANNOT, Account, Ended, own_region, reason
from infra.deploying.stack import Stack, quota_for
from mayfly import prices

NONE = "none"
"""The answer for a value that shall be empty."""
Ask = Callable[[str], str]
_REGIONS = f"SES receives mail in {', '.join(RECEIVING_REGIONS)}."
_FLAGS = {"domains": "--domain", "hostedZoneId": "--hosted-zone"}


@dataclass
class Questions:
    """Asks for one value after the other. `given` has the answers of flags, `before` the file's.

    `ask` is None where nobody is there to answer: then values that have no default are `missing`.
    """

    given: Mapping[str, str]
    before: Mapping[str, object]
    ask: Ask | None
    say: Callable[[str], None]
    account_in: Callable[[str], Account] = Account
    answers: dict[str, object] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def put(self) -> dict[str, object]:
        """All answers, checked one by one; Ended names those that are missing or cannot be."""
        self._question("domains", "Which domain is the mail for? Several with commas")
        self._question("region", "In which region?", own_region() or None, _REGIONS)
        if self.missing:
            what = ", ".join(f"{name} ({flag_of(name)} …)" for name in self.missing)
            raise Ended(f"Missing, and nobody is there to ask: {what}", 2)
        account = self.account_in(str(self.answers["region"]))
        self._question("alarmMail", f"Which email address gets the alarms? {NONE} is nobody")
        self._zone(account)
        self._question(
            "dailyBudgetUsd",
            f"The most that a day may cost in dollars (one is about {1 / prices.MAIL:,.0f} emails; "
            "0 is no limit)",
        )
        self._question(
            "concurrency",
            "How many functions may the account run at once",
            self._concurrency(account),
        )
        return self.answers

    def _question(self, name: str, text: str, default: object = None, remark: str = "") -> None:
        """Take the flag's answer, the person's, what was there before, or the default."""
        known = self.before.get(name, default)
        if name in self.given:
            self._take(name, self.given[name])
        elif self.ask is None:
            self._take_known(name, known)
        else:
            if remark:
                self.say(remark)
            self._ask_until_it_can_be(name, text, known)

    def _take_known(self, name: str, known: object) -> None:
        if known is not None:
            self._take(name, known)
        elif name in ("domains", "region"):
            self.missing.append(name)
        else:
            self._take(name, context_values()[name].default)

    def _ask_until_it_can_be(self, name: str, text: str, known: object) -> None:
        assert self.ask is not None
        default = known if known is not None else context_values()[name].default
        hint = context.text(default) if known is not None or name != "domains" else ""
        while True:
            answer = self.ask(f"{text}{f' [{hint}]' if hint else ''}: ").strip() or hint
            try:
                return self._take(name, answer)
            except InvalidContext as error:
                self.say(f"  {error}")

    def _take(self, name: str, answer: object) -> None:
        default = context_values()[name].default
        if answer == NONE and not isinstance(default, bool | int):
            answer = ""
        # Alone with the domains: what else is in the file may be about to change.
        domains = self.answers.get("domains", "mayfly.example")
        any_region = self.before.get("anyRegion", False)
        deployment = Deployment.from_context(
            {"domains": domains, "anyRegion": any_region, name: answer}
        )
        if name == "domains":
            self.answers[name] = list(deployment.settings.domains)
        elif isinstance(default, int):
            self.answers[name] = int(str(answer))
        else:
            self.answers[name] = context.text(answer).strip()

    def _zone(self, account: Account) -> None:
        """The hosted zone: its id and its name go together."""
        before = str(self.before.get("hostedZoneId", NONE if "domains" in self.before else ""))
        zones, why = self._zones(account, before)
        name = self.before.get("hostedZoneName")
        known = {before: str(name)} if name else {}
        chosen = self.given.get("hostedZoneId")
        while True:
            try:
                answer = chosen or self._zone_asked(zones, why, before)
                return self._take_zone(answer, zones | known)
            except InvalidContext as error:
                if self.ask is None or chosen:
                    raise
                self.say(f"  {error}")

    def _zone_asked(self, zones: Mapping[str, str], why: str, before: str) -> str:
        default = before or next(iter(zones), NONE)
        if self.ask is None:
            if why:
                self.say(f"  No hosted zone is looked for: {why}")
            return default
        self.say(
            "DNS records are made in a hosted zone of Route 53; without one, you publish them."
        )
        self.say(f"  Your zones cannot be listed: {why}" if why else self._found(zones))
        asked = f"Its id (or id=name), or {NONE} [{default}]: "
        return self.ask(asked).strip() or default

    def _found(self, zones: Mapping[str, str]) -> str:
        listed = "\n".join(f"  {zone_id}  {name}" for zone_id, name in zones.items())
        return listed or "  No zone of this account has these domains."

    def _take_zone(self, answer: str, zones: Mapping[str, str]) -> None:
        zone_id, _, name = answer.partition("=")
        name = name or zones.get(zone_id, "")
        if answer == NONE:
            zone_id = name = ""
        elif not name:
            raise InvalidContext(
                f"hostedZoneId: no zone {zone_id} is known that has the domains; "
                f"say {flag_of('hostedZoneId')} {zone_id}=example.org, with its name"
            )
        Deployment.from_context(
            {"domains": self.answers["domains"], "hostedZoneId": zone_id, "hostedZoneName": name}
        )
        self.answers |= {"hostedZoneId": zone_id, "hostedZoneName": name}

    def _zones(self, account: Account, before: str) -> tuple[dict[str, str], str]:
        """The public zones that have all domains, the closest first; or why nobody knows."""
        given = self.given.get("hostedZoneId", NONE if before and self.ask is None else "")
        if given == NONE or "=" in given:
            return {}, ""
        try:
            pages = account.client("route53").get_paginator("list_hosted_zones").paginate()
            listed = [each for page in pages for each in page["HostedZones"]]
        except CANNOT as error:
            return {}, reason(error)
        return zones_of(listed, self.answers["domains"]), ""  # type: ignore[arg-type]  # a list

    def _concurrency(self, account: Account) -> object:
        if "concurrency" in self.given or "concurrency" in self.before:
            return None
        try:
            name = str(self.before.get("stackName", "Mayfly"))
            limit, _ = quota_for(account, Stack.find(account, name))
        except CANNOT as error:
            self.say(f"  What the account has cannot be asked: {reason(error)}")
            return None
        return max(limit, OF_A_NEW_ACCOUNT)


def flag_of(name: str) -> str:
    """The flag that answers the question for this value."""
    words = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)
    return _FLAGS.get(name, f"--{words}")


def zones_of(listed: Iterable[Mapping[str, Any]], domains: list[str]) -> dict[str, str]:
    """Ids and names of the public zones that all these domains lie in, the closest first."""
    names = {
        each["Id"].removeprefix("/hostedzone/"): each["Name"].rstrip(".")
        for each in listed
        if not each.get("Config", {}).get("PrivateZone")
    }
    found = {
        zone_id: name
        for zone_id, name in names.items()
        if all(domain == name or domain.endswith(f".{name}") for domain in domains)
    }
    return dict(sorted(found.items(), key=lambda each: -len(each[1])))
