"""The picture: which boxes there are, and how they are joined; `grants.py` has the permissions."""

from collections.abc import Mapping
from pathlib import Path

from aws_cdk import Annotations, Aws, CfnOutput, Stack
from constructs import Construct

from infra.cloud.api.http_api import ApiLogging, HttpApi, stages_of
from infra.cloud.api.socket_api import SocketApi
from infra.cloud.archive import Archive, grant_archive
from infra.cloud.deployment import Deployment
from infra.cloud.exports import Exports, grant_exports
from infra.cloud.functions.assets import Assets
from infra.cloud.functions.environment import settings_environment
from infra.cloud.functions.handler import Handler
from infra.cloud.functions.triggers import (
    ARRIVAL_CONCURRENCY,
    BREAKER_INTERVAL,
    Schedule,
    StreamTrigger,
    wake,
)
from infra.cloud.grants import grant
from infra.cloud.identity import Domain, check_room
from infra.cloud.keys import AdminKey, EdgeKey, PasswordKey, TokenKey
from infra.cloud.monitoring.alarms import Watch
from infra.cloud.monitoring.dashboard import Dashboard
from infra.cloud.page.page import Page
from infra.cloud.receiving.activation import Activation, put_in_order
from infra.cloud.receiving.queues import Arrivals, Notices
from infra.cloud.receiving.receiving import Receiving
from infra.cloud.sending import Sending, grant_sending
from infra.cloud.storage import Storage
from infra.cloud.webhooks import Webhooks, grant_webhooks
from mayfly import functions
from mayfly.functions import ARCHIVING, FUNCTIONS, OF_THE_DEPLOYMENT, QUIET, SENDING


class MayflyStack(Stack):
    """All of Mayfly."""

    def __init__(self, scope: Construct, deployment: Deployment, *, vendor_layer: Path) -> None:
        super().__init__(
            scope,
            deployment.stack_name,
            description="Mayfly: disposable email",
            # Not at first: what cannot be deleted cannot be tried again when its creation fails.
            termination_protection=deployment.termination_protection,
        )
        self._deployment = deployment
        self.arrivals = Arrivals(self)
        self.storage = Storage(self, arrivals=self.arrivals, deployment=deployment)
        self.notices = Notices(self)
        self.exports = Exports(self)
        self.archive = (
            Archive(self, notices=self.notices, deployment=deployment)
            if deployment.archive_days
            else None
        )
        self.receiving = Receiving(
            self, bucket=self.storage.bucket, topic=self.notices.topic, deployment=deployment
        )
        self.socket = SocketApi(self, deployment=deployment)
        self.token_key = TokenKey(self, deployment=deployment)
        self.admin_key = AdminKey(self)
        self.password_key = PasswordKey(self, deployment=deployment)
        self.edge_key = EdgeKey(self) if deployment.web else None
        self.sending = Sending(self, deployment=deployment) if deployment.settings.sending else None
        has_webhooks = deployment.settings.webhooks
        self.webhooks = Webhooks(self, deployment=deployment) if has_webhooks else None
        self.assets = Assets(self, vendor_layer=vendor_layer)
        self.http = HttpApi(self, deployment=deployment)
        self.stages = stages_of(self.http, self.socket, deployment)
        self.handlers = self._make_handlers()
        self.http.serve(self.handlers["http_api"].alias)
        self.socket.serve(self.handlers["websocket"].alias)
        grant(
            self.handlers,
            storage=self.storage,
            notices=self.notices,
            socket=self.socket,
            token_key=self.token_key,
            password_key=self.password_key,
            edge_key=self.edge_key,
            settings=deployment.settings,
            stack=deployment.stack_name,
            stages=self.stages,
        )
        if self.archive is not None:
            grant_archive(
                self.handlers["archive_mail"],
                self.handlers["sweep"],
                storage=self.storage,
                archive=self.archive,
            )
        grant_exports(self.handlers, storage=self.storage, exports=self.exports)
        if self.sending is not None:
            grant_sending(
                self.handlers,
                storage=self.storage,
                sending=self.sending,
                password_key=self.password_key,
                sender_address=self._deployment.settings.sender_address,
            )
        if self.webhooks is not None:
            grant_webhooks(
                self.handlers,
                storage=self.storage,
                webhooks=self.webhooks,
                password_key=self.password_key,
                token_key=self.token_key,
            )
        self.admin_key.made_by(self.handlers["admin_key"])
        self.page = self._make_page()
        self._trigger()
        self._activate()
        self._watch()
        put_in_order(
            self,
            self.handlers,
            assets=self.assets,
            storage=self.storage,
            receiving=self.receiving,
            deployment=deployment,
        )
        self._tell()
        check_room(self, deployment)

    def _make_handlers(self) -> Mapping[str, Handler]:
        settings = self._deployment.settings
        environment = settings_environment(
            settings,
            {
                "table_name": self.storage.table.table_name,
                "mail_bucket": self.storage.bucket.bucket_name,
                "raw_prefix": settings.raw_prefix,
                "file_prefix": settings.file_prefix,
                "content_prefix": settings.content_prefix,
                "archive_bucket": self.archive.bucket.bucket_name if self.archive else "",
                "archive_queue_url": self.archive.queue.queue_url if self.archive else "",
                "export_prefix": settings.export_prefix,
                "export_queue_url": self.exports.queue.queue_url,
                "queue_url": self.notices.queue.queue_url,
                "arrivals_queue_url": self.arrivals.queue.queue_url,
                "socket_endpoint": self.socket.endpoint,
                "socket_url": self.socket.url,
                "token_secret": self.token_key.secret.secret_arn,
                "admin_secret": self.admin_key.arn,
                "password_key": self.password_key.key.key_arn,
                "edge_secret": self.edge_key.secret.secret_arn if self.edge_key else "",
                "outgoing_prefix": settings.outgoing_prefix,
                **self._sending_environment(),
                **self._webhook_environment(),
                "api_url": self.http.url,
                "inbound_host": f"inbound-smtp.{Aws.REGION}.amazonaws.com",
                "feedback_host": f"feedback-smtp.{Aws.REGION}.amazonses.com",
                "relay_port_25": "false",
                "stack_name": self._deployment.stack_name,
                "receipt_rule": self.receiving.rule_name,
                "api_stages": ",".join(map(str, self.stages)),
            },
        )
        scope = Construct(self, "Functions")
        return {
            function.name: Handler(
                scope,
                function,
                assets=self.assets,
                deployment=self._deployment,
                environment={} if function in OF_THE_DEPLOYMENT else environment,
            )
            for function in FUNCTIONS
            if (settings.sending or function not in SENDING)
            and (settings.webhooks or function is not functions.WEBHOOKS)
            and (self.archive is not None or function not in ARCHIVING)
            and (self._deployment.web or function is not functions.PAGE_FILES)
        }

    def _sending_environment(self) -> Mapping[str, str]:
        """What the functions need to send mail, nothing where they do not."""
        sending = self.sending
        if sending is None:
            names = ("order_queue_url", "order_queue_arn", "schedule_group", "schedule_role")
            return dict.fromkeys((*names, "configuration_set"), "")
        return {
            "order_queue_url": sending.orders.queue_url,
            "order_queue_arn": sending.orders.queue_arn,
            "schedule_group": sending.schedules.group_name,
            "schedule_role": sending.schedules.role.role_arn,
            "configuration_set": sending.configuration_set_name,
        }

    def _webhook_environment(self) -> Mapping[str, str]:
        """What the functions need to tell receivers of events, nothing where there are none."""
        webhooks = self.webhooks
        if webhooks is None:
            names = ("webhook_queue_url", "webhook_queue_arn", "slow_webhook_queue_url")
            return dict.fromkeys((*names, "webhook_schedule_group", "webhook_schedule_role"), "")
        return {
            "webhook_queue_url": webhooks.queue.queue_url,
            "webhook_queue_arn": webhooks.queue.queue_arn,
            "slow_webhook_queue_url": webhooks.slow.queue_url,
            "webhook_schedule_group": webhooks.schedules.group_name,
            "webhook_schedule_role": webhooks.schedules.role.role_arn,
        }

    def _make_page(self) -> Page | None:
        if self.edge_key is None:
            return None
        return Page(
            self,
            http=self.http,
            edge_key=self.edge_key,
            socket_url=self.socket.url,
            handler=self.handlers[functions.PAGE_FILES.name],
            deployment=self._deployment,
        )

    def _trigger(self) -> None:
        inbound_mail, sweep = self.handlers["inbound_mail"], self.handlers["sweep"]
        self.notice_trigger = Construct(self, "NoticeTrigger")
        wake(
            self.notice_trigger,
            "Mapping",
            self.notices.queue,
            inbound_mail,
            functions.NOTICE_BATCH,
            self._deployment.shares.notices,
        )
        wake(
            Construct(self, "ArrivalTrigger"),
            "Mapping",
            self.arrivals.queue,
            sweep,
            functions.ARRIVAL_BATCH,
            ARRIVAL_CONCURRENCY,
            functions.ARRIVAL_WINDOW,
        )
        stream = self.storage.table.table_stream_arn
        assert stream is not None  # the table has one
        self.stream_trigger = StreamTrigger(
            self, stream_arn=stream, handler=self.handlers["table_events"], expiry=sweep
        )
        if self.archive is not None:
            self.archive.trigger(self.handlers["archive_mail"])
        self.exports.trigger(self.handlers["export_mail"])
        if self.sending is not None:
            self.sending.trigger(self.handlers["send_mail"], self.handlers["mail_events"])
        if self.webhooks is not None:
            self.webhooks.trigger(self.handlers["webhooks"])
        if self._deployment.api_log_role:
            logging = ApiLogging(self)
            self.http.api.deployment_stage.node.add_dependency(logging)
            self.socket.stage.node.add_dependency(logging)

    def _activate(self) -> None:
        activation = Activation(
            self,
            handler=self.handlers["rule_set"],
            receiving=self.receiving,
            deployment=self._deployment,
        )
        # Mail comes in only once there is somebody to take it.
        activation.node.add_dependency(self.notices, self.notice_trigger, self.stream_trigger)
        for name in self._deployment.settings.domains:
            Domain(self, name, taken=activation, deployment=self._deployment)
        for name, function, purpose in (
            ("Sweep", functions.SWEEP, "look for accepted mail without an outcome"),
            ("DomainCheck", functions.DOMAIN_CHECK, "look at the domains that accounts bring"),
        ):
            handler = self.handlers[function.name]
            Schedule(self, name, handler=handler, purpose=purpose, after=[activation])
        Schedule(
            self,
            "Breaker",
            handler=self.handlers["sweep"],
            purpose="look at what the day has cost",
            after=[activation],
            every=BREAKER_INTERVAL,
            event='{"breaker":"look"}',
        )

    def _watch(self) -> None:
        watch = Watch(self, deployment=self._deployment)
        watch.dead_letters("FailedNotices", self.notices.failed)
        watch.dead_letters("UndeliveredNotices", self.notices.undelivered)
        watch.dead_letters("FailedArrivals", self.arrivals.failed)
        watch.dead_letters("FailedTableEvents", self.stream_trigger.failed)
        if self.archive is not None:
            watch.dead_letters("FailedArchiving", self.archive.failed)
            watch.dead_letters("UndeliveredArchiving", self.archive.undelivered)
        watch.dead_letters("FailedExports", self.exports.failed)
        if self.sending is not None:
            watch.dead_letters("FailedOrders", self.sending.failed_orders)
            watch.dead_letters("FailedMailEvents", self.sending.failed_events)
            watch.dead_letters("UndeliveredMailEvents", self.sending.undelivered_events)
        if self.webhooks is not None:
            watch.dead_letters("FailedWebhooks", self.webhooks.failed)
        watch.oldest_notice(self.notices.queue)
        watch.oldest_arrival(self.arrivals.queue)
        watch.failing()
        watch.receipt_rule(self.receiving.rule_name)
        watch.http(self.http.api)
        watch.sweep()
        watch.receiving()
        watch.budget()
        watch.breaker(self.notices.queue, self._deployment)
        if self._deployment.settings.sender_address:
            watch.mails()
        watch.stream(self.handlers["table_events"].alias)
        aliases = {name: handler.alias for name, handler in self.handlers.items()}
        for function in FUNCTIONS:
            if function.name in aliases and function not in (*OF_THE_DEPLOYMENT, *QUIET):
                watch.function(function.name.title().replace("_", ""), aliases[function.name])
        Dashboard(
            self,
            stack_name=self._deployment.stack_name,
            rule_name=self.receiving.rule_name,
            queue=self.notices.queue,
            aliases=aliases,
            api=self.http.api,
        )

    def _tell(self) -> None:
        if self.page is not None and self.edge_key is not None:
            CfnOutput(self, "PageUrl", value=self.page.url, description="The page")
            for name, each in (("Page", self.page.distribution), ("MailFrame", self.page.mail)):
                CfnOutput(self, f"{name}Target", value=each.distribution_domain_name)
            CfnOutput(self, "PageBucketName", value=self.page.files.bucket.bucket_name)
            CfnOutput(self, "EdgeSecretArn", value=self.edge_key.secret.secret_arn)
        CfnOutput(self, "ApiUrl", value=self.http.api.url, description="The HTTP API")
        CfnOutput(self, "SocketUrl", value=self.socket.url, description="The WebSocket")
        CfnOutput(self, "MailBucketName", value=self.storage.bucket.bucket_name)
        CfnOutput(self, "TokenSecretArn", value=self.token_key.secret.secret_arn)
        CfnOutput(self, "PasswordKeyArn", value=self.password_key.key.key_arn)
        CfnOutput(self, "AdminKeySecretArn", value=self.admin_key.arn)
        CfnOutput(
            self,
            "AdminKeyFunctionArn",
            value=self.handlers["admin_key"].alias.function_arn,
            description='Makes a new admin key when invoked with {"rotate": true}',
        )
        CfnOutput(self, "TableName", value=self.storage.table.table_name)
        if any(name.endswith(".example") for name in self._deployment.settings.domains):
            Annotations.of(self).add_warning_v2(
                "mayfly:domains", "No mail will come: set the context value domains to your own."
            )
