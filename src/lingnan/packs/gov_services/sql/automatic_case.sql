-- One row is one running case: issued only by exactly one rule over trusted facts without a flag, else queued for a person with the reason.
select
  d.case_no, d.item_code, d.city, case when d.answer = 'issue' and d.decision_fault is null and d.materials_trusted and d.in_register
    and not d.flagged then 'issue' else 'queue' end as answer,
  case
    when not d.in_register then '申请人不在人口库或法人库'
    when d.flagged then '有疑点：来源不一致或重复申请'
    when not d.materials_trusted then '材料未全部达到 A、B 级并仍有效'
    when d.decision_fault is not null then '规则冲突或事实超出范围'
    when d.answer = 'queue' then '没有规则适用'
  end as reason,
  nullif(d.decision_rules, '') as rule, d.decision_version as version, d.in_register, d.living, d.age, d.at_school, d.employed, d.active,
  d.materials_trusted, d.flagged
from stg_automatic as d
