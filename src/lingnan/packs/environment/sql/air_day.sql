-- One row is the air quality index of a place on a day under one edition: class, primary pollutants, and whether it may be published.
with pollutants as (
    select i.level, i.place, i.city, i.day, i.edition, i.pollutant, max(i.item_index) as item_index, count(*) as metrics
    from air_item as i
    group by i.level, i.place, i.city, i.day, i.edition, i.pollutant
), days as (
    select p.level, p.place, p.city, p.day, p.edition, max(p.item_index) as highest, sum(p.metrics) as metrics
    from pollutants as p
    group by p.level, p.place, p.city, p.day, p.edition
), named as (
    select
        p.level, p.place, p.day, p.edition,
        string_agg(case when p.item_index = d.highest and d.highest > r.primary_above then n.label end, '、' order by p.pollutant) as primary_pollutants,
        string_agg(case when p.item_index > r.exceeding_above then n.label end, '、' order by p.pollutant) as exceeding_pollutants
    from pollutants as p
    join days as d on d.level = p.level and d.place = p.place and d.day = p.day and d.edition = p.edition
    join parameters.air_reporting as r on r.edition = p.edition
    join parameters.air_pollutants as n on n.pollutant = p.pollutant
    group by p.level, p.place, p.day, p.edition
)
select
    d.level, d.place, d.city, d.day, d.edition, d.day between r.valid_from and r.valid_to as in_force,
    case when d.metrics >= r.metrics or d.highest > r.lacking_above then d.highest end as aqi,
    case when d.metrics >= r.metrics or d.highest > r.lacking_above then c.class_no end as class_no,
    case when d.metrics >= r.metrics or d.highest > r.lacking_above then c.air_class else 'lacking' end as air_class,
    case when d.metrics >= r.metrics or d.highest > r.lacking_above then c.colour end as colour,
    case when d.metrics >= r.metrics or d.highest > r.lacking_above then n.primary_pollutants end as primary_pollutants,
    n.exceeding_pollutants, d.metrics = r.metrics as complete
from days as d
join named as n on n.level = d.level and n.place = d.place and n.day = d.day and n.edition = d.edition
join parameters.air_reporting as r on r.edition = d.edition
left join parameters.air_classes as c on c.edition = d.edition and d.highest > c.above and d.highest <= c.upto
where d.highest is not null
