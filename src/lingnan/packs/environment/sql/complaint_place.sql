-- One row is one cell from which enough complaints of one kind came lately, and how far it stands out among all cells of its city.
select s.city, s.category, s.cell_x * :cell_degrees as west, s.cell_y * :cell_degrees as south, s.complaints, s.z, s.chance, s.gathers
from int_complaint_spot as s
where s.complaints >= :least_gathered
