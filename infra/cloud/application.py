"""The CDK app: one stack, checked by cdk-nag."""

from collections.abc import Mapping
from pathlib import Path

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from infra.cloud.deployment import Deployment
from infra.cloud.functions.vendor import LAYER
from infra.cloud.stack import MayflyStack


def application(
    *,
    region: str | None = None,
    vendor_layer: Path = LAYER,
    context: Mapping[str, object] | None = None,
    outdir: str | None = None,
) -> App:
    """The app, ready for `synth()`. `context` goes before what the CDK's command line gives."""
    app = App(context=dict(context) if context else None, outdir=outdir)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    deployment = Deployment.from_context(app.node.get_all_context(), region)
    MayflyStack(app, deployment, vendor_layer=vendor_layer)
    return app
