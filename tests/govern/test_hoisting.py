"""What conditions share is worked out once, in layers; what one call asks in need alone stays within it."""

from lingnan.govern.rules.hoisting import hoisted

NUMBER = "try_cast(substr(x, 1, 17) as bigint)"
RIGHT = f"ends_with(x, substr('01', {NUMBER} % 2, 1))"
FORMED = f"if({RIGHT} and {NUMBER} > 9, true, regexp_full_match(x, '(a|b\\)'')'))"


def test_layers_use_the_names_of_those_before_them():
    conditions, layers = hoisted([f"least({FORMED}, {RIGHT})", f"case when {FORMED} then {NUMBER} = y end"])
    assert conditions == ["least(_h0, _h1)", "case when _h0 then _h2 = y end"]
    assert layers == [
        {"_h2": NUMBER}, {"_h1": "ends_with(x, substr('01', _h2 % 2, 1))"}, {"_h0": "if(_h1 and _h2 > 9, true, regexp_full_match(x, '(a|b\\)'')'))"},
    ]


def test_what_stands_once_or_beside_a_joined_row_stays():
    once, joined = "regexp_full_match(x, 'a')", "try_cast(codes_0._from as date)"
    assert hoisted([f"{once} or {joined} < y", f"{joined} > y"]) == ([f"{once} or {joined} < y", f"{joined} > y"], [])
