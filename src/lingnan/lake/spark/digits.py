"""Corrections of statements about numbers: written as text, read from it, and moments as numbers."""

from sqlglot import exp


def digits(tree: exp.Expression) -> exp.Expression:
    """`cast('0x' || digits as bigint)` reads sixteen digits; Spark reads them by `conv`."""
    if not (isinstance(tree, exp.Cast) and isinstance(tree.this, exp.DPipe) and tree.to.is_type("bigint")):
        return tree
    prefix = tree.this.this
    if not (isinstance(prefix, exp.Literal) and prefix.is_string and prefix.name == "0x"):
        return tree
    read = exp.Anonymous(this="conv", expressions=[tree.this.expression, exp.Literal.number(16), exp.Literal.number(10)])
    return exp.cast(read, "bigint")


def doubles(tree: exp.Expression) -> exp.Expression:
    """A floating number becomes text alike on both engines where the statement says that it is one: `cast(cast(x as double) as varchar)`."""
    if isinstance(tree, exp.Cast) and tree.to.is_type("varchar", "text") and isinstance(tree.this, exp.Cast) and tree.this.to.is_type("double"):
        return exp.Anonymous(this="text_of_double", expressions=[tree.this])
    return tree


def moments(tree: exp.Expression) -> exp.Expression:
    """`epoch_us` is `unix_micros`."""
    if isinstance(tree, exp.Anonymous) and tree.name.lower() == "epoch_us":
        return exp.Anonymous(this="unix_micros", expressions=tree.expressions)
    return tree
