"""What CloudFront, in front of page and API, tells the API of who asks.

The API has an address of its own, where anybody can send these headers: they count only with the
secret that the deployment gave CloudFront. What a browser sends under these names never reaches
the API through CloudFront.
"""

SECRET_HEADER = "X-Mayfly-Edge"
"""The secret."""
VIEWER_HEADER = "X-Mayfly-Viewer"
"""The address that CloudFront saw; API Gateway sees CloudFront's own."""
HOST_HEADER = "X-Mayfly-Host"
"""The name that the client asked for; API Gateway takes requests for its own only."""
