"""Credit facts of legal entities: publicity and repair by dated rules, lists, measures, portrait, monitoring."""

__all__: list[str] = []
