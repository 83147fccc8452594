-- One row is one section in a month: the class of its worst item, the main indicators, and whether its functional zone attains.
with worst as (
    select w.section_no, w.month, max(w.class_no) as class_no, count(*) as items
    from water_item as w
    where w.judged and w.class_no is not null
    group by w.section_no, w.month
), bad as (
    select
        w.section_no, w.month, w.item, w.exceeds_times,
        row_number() over (partition by w.section_no, w.month order by w.class_no desc, coalesce(w.exceeds_times, 0) desc, w.item) as at
    from water_item as w
    where w.judged and w.class_no > :good_class
), main as (
    select
        b.section_no, b.month,
        string_agg(
            i.zh || case when b.exceeds_times is null then '' else '(' || cast(cast(b.exceeds_times as double) as varchar) || ')' end, '、' order by b.at
        ) as indicators
    from bad as b
    join parameters.water_items as i on i.item = b.item
    where b.at <= :main_indicators
    group by b.section_no, b.month
)
select
    s.section_no, s.name, s.water, s.river, s.basin, s.city, w.month, w.items, w.class_no, c.water_class, c.quality,
    m.indicators as main_indicators, g.water_class as target_class, w.class_no <= s.target_class as attained,
    w.class_no <= :good_class as good
from worst as w
join shengtai.water_section as s on s.section_no = w.section_no
join parameters.water_classes as c on c.class_no = w.class_no
left join parameters.water_classes as g on g.class_no = s.target_class
left join main as m on m.section_no = w.section_no and m.month = w.month
