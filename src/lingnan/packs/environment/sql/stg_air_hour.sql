-- One row is one hourly mean of one pollutant at one station as delivered, in thousandths of its unit.
with told as (
    select station_no, day, hour, minutes, flag, 'so2' as pollutant, so2 as value, false as inverted from shengtai.air_hour
    union all
    select station_no, day, hour, minutes, flag, 'no2' as pollutant, no2 as value, false as inverted from shengtai.air_hour
    union all
    select station_no, day, hour, minutes, flag, 'co' as pollutant, co as value, false as inverted from shengtai.air_hour
    union all
    select station_no, day, hour, minutes, flag, 'o3' as pollutant, o3 as value, false as inverted from shengtai.air_hour
    union all
    select station_no, day, hour, minutes, flag, 'pm10' as pollutant, pm10 as value, pm25 > pm10 as inverted from shengtai.air_hour
    union all
    select station_no, day, hour, minutes, flag, 'pm25' as pollutant, pm25 as value, pm25 > pm10 as inverted from shengtai.air_hour
)
select
    t.station_no, t.day, t.hour, t.minutes, coalesce(t.flag, 'N') as flag, t.pollutant, t.value,
    cast(t.value * :thousandths as bigint) as milli, coalesce(t.inverted, false) as inverted
from told as t
