"""MailHog's API over one inbox, so that its clients work here unchanged.

https://github.com/mailhog/MailHog/blob/master/docs/APIv2.md
"""
