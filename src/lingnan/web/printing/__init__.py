"""Reports as files: a PDF set by typst, and one page of HTML that needs nothing beside itself."""

from lingnan.web.printing.files import report_file
from lingnan.web.printing.paper import report_pdf

__all__ = ["report_file", "report_pdf"]
