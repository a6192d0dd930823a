"""API keys, wired."""

from functools import cached_property

from mayfly.api_keys.service import ApiKeyAuthenticator, ApiKeyService
from mayfly.assembly import Wiring


class ApiKeyWiring(Wiring):
    """Keys that open an account, in part."""

    @cached_property
    def authenticator(self) -> ApiKeyAuthenticator:
        return ApiKeyAuthenticator(self.adapters.api_keys, self.adapters.accounts, self.now)

    @cached_property
    def service(self) -> ApiKeyService:
        ledger = self.flows.accounts.ledger
        return ApiKeyService(self.adapters.api_keys, ledger, self.now, self.entropy)
