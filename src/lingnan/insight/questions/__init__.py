"""Questions that officials keep: a select or a board's address with a name, their own or shared with their unit, and how it is drawn."""

from lingnan.insight.questions.charting import chart_of, compared, numeric, sheet_of
from lingnan.insight.questions.records import SavedQuestion
from lingnan.insight.questions.service import QuestionCard, Questions

__all__ = ["QuestionCard", "Questions", "SavedQuestion", "chart_of", "compared", "numeric", "sheet_of"]
