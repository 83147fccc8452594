-- One row is one hourly mean of one pollutant at one station: the value as delivered, and what the checks say of it.
with looked_at as (
    select
        n.station_no, n.day, n.hour, n.pollutant, n.value, n.milli,
        case
            when n.milli is null then 'missing'
            when n.flag <> 'N' then 'instrument'
            when n.minutes < v.hour_minutes then 'short'
            when n.milli < 0 or n.milli > c.most * :thousandths then 'range'
            when n.equal_hours >= c.stuck_hours then 'stuck'
            when sign(n.milli - n.before) = sign(n.milli - n.after)
                and least(abs(n.milli - n.before), abs(n.milli - n.after)) > c.spike_step * :thousandths
                and least(abs(n.milli - n.before), abs(n.milli - n.after)) > c.spike_factor * n.usual_step then 'spike'
            when n.inverted then 'inverted'
            else 'valid'
        end as verdict
    from stg_air_neighbour as n
    join parameters.air_checks as c on c.pollutant = n.pollutant
    join parameters.air_validity as v on n.day between v.valid_from and v.valid_to
)
select
    l.station_no, s.city, l.day, l.hour, l.pollutant, l.value, l.verdict, l.verdict = 'valid' as valid,
    case when l.verdict = 'valid' then l.milli end as milli
from looked_at as l
left join shengtai.air_station as s on s.station_no = l.station_no
