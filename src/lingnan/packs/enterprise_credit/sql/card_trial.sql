-- One row is one trial of the card's method on real firms, folds that the card had not seen, beside two named baselines.
select t.source, t.firms, t.bads, t.auc, t.spread, t.ks, t.single_auc, t.logistic_auc, t.stability, t.held,
  t.auc > greatest(t.single_auc, t.logistic_auc) as beats_baseline
from parameters.card_trials as t
where :as_of between t.valid_from and t.valid_to
