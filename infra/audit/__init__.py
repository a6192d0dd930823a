"""Known vulnerabilities of the locked packages: `make audit`.

The lock files are compared with a snapshot of OSV's advisories (https://osv.dev) that lies in the
repository, so that the same commit gives the same answer, without the internet. `ARGS=snapshot`
takes a new one.
"""
