"""All columns but some made anew: `select * replace (expression as name)`."""

from sqlglot import exp


def replaced(tree: exp.Expression) -> exp.Expression:
    """Spark leaves the column out of the star and makes it beside it; it then stands last, so such selects are read by name."""
    if not isinstance(tree, exp.Select):
        return tree
    shown: list[exp.Expression] = []
    for column in tree.expressions:
        star = column.this if isinstance(column, exp.Column) else column
        anew = star.args.get("replace") if isinstance(star, exp.Star) else None
        shown.append(column)
        if anew:
            star.set("replace", None)
            star.set("except_", [*(star.args.get("except_") or ()), *(exp.column(each.alias) for each in anew)])
            shown += anew
    tree.set("expressions", shown)
    return tree
