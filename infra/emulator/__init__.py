"""The unchanged template, deployed to an emulator of AWS on this machine: `make cloud`.

The emulator is ministack, in an environment of its own; `launcher.py` runs there and adds what it
lacks, `names/` leads AWS's host names to it. Everything else runs beside it: `emulator.py` is its
process, `cdk.py` the CDK's command line, `sending.py` the side of SES that takes mail over SMTP.
"""
