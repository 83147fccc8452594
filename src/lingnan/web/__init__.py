"""Pages and HTTP: the only room that serves; it shows what `Pages` gives it and knows no other room's insides."""

from lingnan.web.app import create_app
from lingnan.web.handover import create_handover_app
from lingnan.web.printing import report_file, report_pdf
from lingnan.web.sources import Pages

__all__ = ["Pages", "create_app", "create_handover_app", "report_file", "report_pdf"]
