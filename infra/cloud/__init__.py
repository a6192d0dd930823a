"""The cloud: what `mayfly` declares, as one CloudFormation stack.

`stack.py` is the picture, with a construct per box beside it; `deployment.py` has every value that
may be chosen; `vendor.py` builds the layer of third-party code. Nothing here calls AWS.
"""

from infra.cloud import node

# jsii starts Node.js when `aws_cdk` is imported, so this has to come before every such import.
node.choose()
