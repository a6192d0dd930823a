"""A release: everything that is handed out, in `dist/`, made of one commit and published nowhere.

| file                           | what it is                                                     |
| ------------------------------ | -------------------------------------------------------------- |
| `mayfly-cloud-X.zip`           | template, code of the functions, `deploy.sh`: no checkout      |
| `mayfly_mail-X….whl`           | the laptop with its page: `pip install …[local]`               |
| `mayfly_client-X…`             | the Python client, wheel and sdist, if this checkout has it    |
| `mayfly-client-X.tgz`          | the npm package, likewise                                      |
| `mayfly-…-X.cdx.json`          | what is in zip and wheel (CycloneDX 1.6)                       |
| `RELEASE-NOTES.md`             | what is new, out of CHANGELOG.md                               |
| `SHA256SUMS`                   | of all of them: `sha256sum -c SHA256SUMS`                      |

The same commit gives the same bytes, with the same tools: all times are the commit's.
"""
