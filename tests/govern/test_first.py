def test_a_row_goes_to_one_of_two_tables(desk, contract):
    desk.land([
        {"key_no": "1", "citizen_number": " 11010519491231002x", "birth": "1949/12/31", "division": "440183"},
        {"key_no": "2", "citizen_number": "110105194912310021", "birth": "x", "division": "440106"},
        {"key_no": "1", "citizen_number": None, "birth": None, "division": "999999"},
    ])
    text = contract("""{name: key_no, logicalType: string, primaryKey: true}
    {name: citizen_number, customProperties: [{property: dataElement, value: citizen_number}]}
    {name: birth, logicalType: date}
    {name: division, logicalType: string, customProperties: [{property: standardise, value: [{division: {keep_old: true}}]}, {property: codeList, value: divisions}]}""",
    "[{type: custom, engine: lingnan, implementation: {rule: birth_matches_number, birth: birth, number: citizen_number}}]")
    result = desk.govern(text)
    for row in desk.rows("gongan.resident") + desk.rows("quarantine.gongan_resident") + desk.rows("checks.gongan_resident"):
        print(row)
    print(result)
    assert (result.accepted, result.quarantined) == (1, 2)
