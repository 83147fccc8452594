-- One row is one cell from which complaints of one kind came lately: how far it and the cells beside it stand out among all cells of its city.
select
    s.city, s.category, s.cell_x * :cell_degrees as west, s.cell_y * :cell_degrees as south, s.complaints, s.z, s.chance,
    s.gathers and s.complaints >= :least_gathered as gathers
from int_complaint_spot as s
