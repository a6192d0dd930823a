"""Somebody with an account and a domain, who asks the API."""

from mayfly.domains.models import MailDomain
from tests.functions.http import Api, MemoryAssembly, Reply, bearer
from tests.given_domains import DOMAIN, given_domain


class Owner:
    """Somebody with an account and an active domain."""

    def __init__(
        self, flows: MemoryAssembly, api: Api, name: str = "ann", domain: str = DOMAIN
    ) -> None:
        self.api = api
        self.who = {"email": f"{name}@elsewhere.example", "password": "a phrase of mine"}
        api.call("POST", "/api/users/register", body=self.who)
        self.log_in()
        self.id: str = self.ask("GET", "/api/users/me").json["id"]
        self.domain: MailDomain = given_domain(flows.domains.service, self.id, domain)

    def log_in(self) -> None:
        token = self.api.call("POST", "/api/users/login", body=self.who).json["token"]
        self.headers = bearer(token)

    def ask(self, method: str, path: str, body: object = None, domain: str = "") -> Reply:
        """What is answered; the domain is their own unless another's id is told."""
        values = [domain or self.domain.id] if "{" in path else []
        return self.api.call(method, path, *values, body=body, headers=self.headers)
