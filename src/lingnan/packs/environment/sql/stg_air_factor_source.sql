-- One row is the known profile that a chosen factor is most like (cosine of the shares), and whether likely enough to lend it its name.
with chosen as (
    select f.factor, f.species, f.share from int_air_factor as f where f.chosen and f.species <> 'pm25'
), factors as (
    select c.factor, sqrt(cast(sum(cast(c.share * c.share as decimal(24, 12))) as double)) as size from chosen as c group by c.factor
), known as (
    select p.source, sqrt(cast(sum(cast(p.share * p.share as decimal(24, 12))) as double)) as size
    from int_source_profile as p
    where :as_of between p.valid_from and p.valid_to
    group by p.source
), together as (
    select c.factor, p.source, cast(sum(cast(c.share * p.share as decimal(24, 12))) as double) as both_held
    from chosen as c
    join int_source_profile as p on p.species = c.species and :as_of between p.valid_from and p.valid_to
    group by c.factor, p.source
), alike as (
    select t.factor, t.source, round(t.both_held / (f.size * k.size), 6) as likeness
    from together as t
    join factors as f on f.factor = t.factor
    join known as k on k.source = t.source
    where f.size > 0 and k.size > 0
), ordered as (
    select a.factor, a.source, a.likeness, row_number() over (partition by a.factor order by a.likeness desc, a.source) as place from alike as a
)
select o.factor, o.source, o.likeness, o.likeness >= s.alike as named
from ordered as o
join parameters.factor_search as s on :as_of between s.valid_from and s.valid_to
where o.place = 1
