"""A worker that hands mails over, as a process of its own, to be killed at any moment."""

import sys
from pathlib import Path

from lingnan.base import Settings
from lingnan.casework.mail_queue import MailQueue
from lingnan.casework.mail_shapes import MailSettings
from lingnan.casework.notice_rules import NoticeRules
from lingnan.storage import Storage

home, port = Path(sys.argv[1]), int(sys.argv[2])
storage = Storage.open(Settings(home=home))
mails = MailQueue(storage, MailSettings("127.0.0.1", "hub@gov.example", port, "none"), NoticeRules.read().mail)
print("ready", flush=True)
mails.tick()
print("done", flush=True)
