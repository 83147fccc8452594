-- One row is the individual index of one daily metric of a place under one edition of the standard, rounded up to a whole number.
select i.level, i.place, i.city, i.day, i.edition, i.metric, i.pollutant, i.value, i.item_index
from stg_air_index as i
where i.span = 'day'
