-- One row is the card in use, or why there is none: how well it told bad from good a year later, beside its best single attribute.
select distinct c.version, c.standing, c.rows_learnt, c.bads_learnt, c.rows_tested, c.bads_tested, c.auc, c.ks, c.single_auc, c.stability,
  c.standing = 'made' and c.auc > c.single_auc as beats_baseline
from int_card as c
