"""The commands for running Mayfly on one's own AWS account: `make configure`, `deploy`, …

`configure.py` asks and writes `mayfly.toml`; `deploy.py` looks first (`checks.py`), says what will
happen and calls the CDK's command line (`commandline.py`); `doctor.py` says afterwards what is
wrong (`health.py`, `mail_health.py`); `destroy.py` takes it all away.
`account.py` is the AWS account they ask.
"""
