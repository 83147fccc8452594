-- One row is one source of one sample of particles: its amount and share, and whether the balance explains the sample well enough to be used.
select
    b.sample_no, b.station_no, b.city, b.day, b.source, b.mass, b.amount, b.uncertainty,
    case when b.explained > 0 then b.amount / b.explained end as share, coalesce(b.amount > b.uncertainty * f.t_value, false) as significant,
    b.r_square, b.chi_square, b.mass_percent,
    coalesce(b.r_square >= f.r_square and b.chi_square <= f.chi_square and b.mass_percent between f.mass_low and f.mass_high, false) as fits, b.refused
from int_air_balance as b
join parameters.source_fit as f on b.day between f.valid_from and f.valid_to
