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
        updater = self.flows.accounts.updater
        return ApiKeyService(self.adapters.api_keys, updater, self.now, self.entropy)
