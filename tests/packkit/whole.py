"""A pack with a part of every kind, laid over the one that the generator writes."""

from pathlib import Path
from textwrap import dedent

from lingnan.packkit import Reading, new_pack, read_pack
from lingnan.packkit.readme import readme
from lingnan.packkit.shapes import Place

CHECKS = """
    apiVersion: v3.1.0
    kind: DataContract
    id: shengtai.visits
    version: 1.0.0
    status: active
    schema:
      - name: visits
        physicalName: visits
        customProperties: [{property: titleZh, value: 走访}, {property: titleEn, value: Visits}]
        properties:
          - {name: visit_no, physicalName: visit_no, logicalType: string, physicalType: VARCHAR, primaryKey: true, required: true,
             classification: public, customProperties: [{property: titleZh, value: 编号}, {property: titleEn, value: Number}]}
          - {name: county, physicalName: county, logicalType: string, physicalType: VARCHAR, required: true,
             classification: public, customProperties: [{property: titleZh, value: 区县}, {property: titleEn, value: County}]}
          - {name: visited_at, physicalName: visited_at, logicalType: timestamp, physicalType: TIMESTAMPTZ,
             classification: public, customProperties: [{property: titleZh, value: 时间}, {property: titleEn, value: Visited at}]}
"""
FILES = {
    "contracts/shengtai.visits.yaml": CHECKS,
    "sql/stg_visit.sql": """
        -- One row is one visit to a county.
        select v.visit_no, v.county
        from shengtai.visits as v
    """,
    "sql/county_enterprises.sql": """
        -- One row is one county: how many enterprises it has, and whether they reach the line.
        with visited as (select county, count(*) as visits from stg_visit group by county)
        select e.county, count(*) as enterprises, count(*) >= :watch_line as watched
        from stg_enterprise as e
        left join visited as v on v.county = e.county
        group by e.county
    """,
    "decisions/int_care.yaml": """
        decision: int_care
        version: "2026-1"
        title: {zh: 关注方式, en: How a county is cared for}
        basis: 样例 an example
        hit: U
        inputs:
          - {name: watched, type: boolean, zh: 达到关注线, en: Reaches the line}
          - {name: enterprises, type: integer, zh: 企业数, en: Enterprises}
        outputs:
          - {name: care, type: string, zh: 关注方式, en: How}
        rules:
          - {id: none, when: {watched: false}, then: {care: none}}
          - {id: call, when: {watched: true, enterprises: "< 5"}, then: {care: call}, basis: 样例第一条}
          - {id: visit, when: {watched: true, enterprises: ">= 5"}, then: {care: visit}, basis: 样例第二条}
    """,
    "codes/areas.yaml": """
        title: {zh: 片区, en: Areas}
        reference: 样例 an example
        words:
          "440104": {zh: 老城, en: Old town}
          "440105": {zh: 河南, en: South bank}
          "440106": {zh: 东部, en: The east}
          "440305": {zh: 湾区, en: The bay}
          "450100": {zh: 外地, en: Elsewhere}
    """,
    "parameters/answer_days.yaml": """
        description: {zh: 答复期限, en: Days to answer}
        unit: 工作日 working days
        type: integer
        values:
          2020-01-01: {value: 5, reference: 样例数值 an example, proofed: false}
    """,
    "queries/by_county.yaml": """
        title: {zh: 区县企业数查询, en: Enterprises of a county}
        description: {zh: 按区县代码查询在册企业数。, en: How many enterprises a county has on the register.}
        audience: public
        page: 2
        parameters:
          county: {title: {zh: 区县代码前缀, en: Beginning of the county's code}, pattern: "[0-9]{2,6}"}
    """,
    "queries/by_county.sql": """
        -- One row is one county.
        select c.county, c.enterprises, c.watched
        from county_enterprises as c
        where starts_with(c.county, :county)
        order by c.county
    """,
    "alerts/watched.yaml": """
        title: {zh: 区县达到关注线, en: A county reaches the line}
        table: county_enterprises
        when:
          yellow: watched
          orange: enterprises > :watch_line + :watch_line
        key: [county]
        message: {zh: "{county} 有 {enterprises} 家在册企业，达到关注线。", en: "{county} has {enterprises} enterprises on the register."}
        audience: {roles: [steward]}
        category: Other
        area: county
    """,
    "pages/counties.yaml": """
        kind: list
        title: {zh: 区县一览, en: Counties}
        audience: public
        table: county_enterprises
        columns: [county, enterprises, watched]
        filters: [watched]
        order: [-enterprises, county]
        card: county
    """,
    "pages/county.yaml": """
        kind: card
        title: {zh: 区县, en: County}
        audience: public
        table: county_enterprises
        columns: [county, enterprises, watched]
        key: county
        beside:
          - {title: {zh: 同一区县, en: The same county}, table: county_enterprises, by: county, columns: [county, enterprises]}
    """,
    "pages/find.yaml": """
        kind: search
        title: {zh: 查找区县, en: Find a county}
        table: county_enterprises
        columns: [county, enterprises]
        within: [county]
        card: county
    """,
    "pages/visit.yaml": """
        kind: form
        title: {zh: 登记走访, en: Note a visit}
        form: shengtai.visits
    """,
    "pages/ask.yaml": """
        kind: form
        title: {zh: 申请说明, en: Ask for an explanation}
        audience: signed_in
        flow: demo_pack-explain
    """,
    "pages/asked.yaml": """
        kind: case
        title: {zh: 我的申请, en: What I asked for}
        audience: signed_in
        flow: demo_pack-explain
    """,
    "pages/overview.yaml": """
        kind: board
        title: {zh: 总览, en: Overview}
        board: overview
    """,
    "dashboards/overview.yaml": """
        id: overview
        title: {zh: 企业概况, en: Enterprises at a glance}
        audience: officials
        panels:
          - kind: figure
            id: all
            title: {zh: 在册企业, en: On the register}
            table: demo_pack.county_enterprises
            measure: {measure: sum, column: enterprises, title: {zh: 家, en: enterprises}}
            light: {bound: watch_line, good: above}
          - kind: table
            id: each
            title: {zh: 各区县, en: Each county}
            table: demo_pack.county_enterprises
            columns: [county, watched]
          - kind: bar
            id: reached
            title: {zh: 达到关注线, en: Reaching the line}
            table: demo_pack.county_enterprises
            by: watched
            measures: [{measure: count, title: {zh: 区县, en: counties}}]
    """,
    "reports/county.yaml": """
        id: county
        title: {zh: 区县企业简报, en: Enterprises of a county}
        audience: officials
        parameters:
          - {id: county, title: {zh: 区县代码前缀, en: Beginning of the county's code}, pattern: "[0-9]{2,6}", required: true}
        sections:
          - title: {zh: 概况, en: At a glance}
            items:
              - words: {zh: "{as_of} 前登记在册的企业，区县 {county}。", en: "Enterprises on the register up to {as_of}, county {county}."}
              - {board: overview, panel: all}
              - {query: by_county, title: {zh: 区县, en: Counties}, values: {county: ":county"}}
        figures: [watch_line]
    """,
    "streams/visits.yaml": """
        feed: shengtai.visits_live
        title: {zh: 走访上报, en: Visits as they happen}
        department: {id: shengtai, zh: 生态环境厅, en: Department of Ecology and Environment}
        connector: mqtt
        location: mqtt://127.0.0.1:1883
        load: append
        contract: ../contracts/shengtai.visits.yaml
        target: shengtai.visits
        origin: made
        stream: {topics: [visits/#], event_time: visited_at}
    """,
    "forms/shengtai.visits.yaml": """
        form: shengtai.visits
        title: {zh: 走访登记, en: Visits}
        department: {id: shengtai, zh: 生态环境厅, en: Department of Ecology and Environment}
        origin: made
    """,
    "flows/explain.yaml": """
        id: demo_pack-explain
        version: 1
        zh: 申请说明
        en: Ask for an explanation
        basis: 样例 an example
        about: other
        parties: [applicant, handler]
        opening:
          who: {kinds: [citizen, enterprise]}
          form:
            - {name: question, zh: 问题, en: Question, type: long, required: true, classification: internal}
          starts: [answer]
          assign: {party: handler, role: steward}
        states:
          - {id: asked, zh: 待答复, en: To be answered, kind: start, public: true}
          - {id: answered, zh: 已答复, en: Answered, kind: end, public: true, outcome: done}
        transitions:
          - {id: answer, zh: 答复, en: Answer, from: asked, to: answered, who: {roles: [steward], party: handler}, stops: answer, reason: true}
        deadlines:
          - {id: answer, zh: 答复期限, en: Time to answer, rule: demo_pack.answer_days}
    """,
    "tests/parts.yaml": """
        - name: 查询按代码前缀回答，告警告知超过两倍关注线的区县 a query answers by prefix, an alert tells of the county beyond twice the line
          as_of: 2026-01-01
          given:
            registers.entities:
              - {entry_id: E1, division: "440106"}
              - {entry_id: E2, division: "440106"}
              - {entry_id: E3, division: "440106"}
              - {entry_id: E4, division: "440106"}
              - {entry_id: E5, division: "440106"}
              - {entry_id: E6, division: "440305"}
              - {entry_id: E7, division: "440305"}
              - {entry_id: E8, division: "450100"}
            shengtai.visits:
              - {visit_no: V1, county: "440106", visited_at: "2025-12-31T08:00:00+08:00"}
          expect:
            int_care:
              - {county: "440106", care: visit, decision_rules: visit}
              - {county: "440305", care: call, decision_rules: call}
              - {county: "450100", care: none, decision_rules: none}
          answers:
            - {query: by_county, asked: {county: "44"}, rows: [{county: "440106", enterprises: 5}, {county: "440305", enterprises: 2}]}
            - {query: by_county, asked: {county: "4501"}, rows: [{county: "450100", enterprises: 1}]}
          alerts:
            watched: [{county: "440106", alert_level: orange}, {county: "440305", alert_level: yellow}]
    """,
}


def whole_pack(folder: Path, home: Path | None = None) -> Reading:
    """The pack `demo_pack` with every kind of part, its README fresh."""
    target = new_pack("demo_pack", "C12", folder, home).place.folder
    for file, text in FILES.items():
        (target / file).parent.mkdir(exist_ok=True)
        (target / file).write_text(dedent(text).lstrip(), encoding="utf-8")
    contract = target / "contracts/county_enterprises.yaml"
    titled = "          - {property: titleZh, value: 区县代码}\n"
    contract.write_text(
        contract.read_text(encoding="utf-8").replace(titled, f"{titled}          - {{property: codeList, value: areas}}\n"), encoding="utf-8",
    )
    manifest = target / "pack.yaml"
    told = manifest.read_text(encoding="utf-8").replace("  - registers.entities\n", "  - registers.entities\n  - shengtai.visits\n")
    manifest.write_text(told + "decisions:\n  int_care: {reads: county_enterprises, keeps: [county]}\n", encoding="utf-8")
    reading = read_pack(Place(target, "folder", home))
    assert reading.pack is not None, reading.faults
    (target / "README.md").write_text(readme(reading.pack), encoding="utf-8")
    return reading
