"""Finds, checks, builds and documents packs: the one door between an application of a line department and the hub."""

from lingnan.packkit.building import origins, pack_steps
from lingnan.packkit.checking import Standing, check_packs, mend
from lingnan.packkit.drafting import plain_contract, plain_property
from lingnan.packkit.laying import bound_values, lay_parameters
from lingnan.packkit.modelling.measuring import MOVED, WATCH, WORSE
from lingnan.packkit.modelling.register import Answering, ModelRegister, ModelStanding, model_digest
from lingnan.packkit.pack import Pack, Reading, read_pack
from lingnan.packkit.places import named, pack_places, packs, places_in_use, readings
from lingnan.packkit.plan_rows import plan_rows
from lingnan.packkit.readme import readme
from lingnan.packkit.scaffold import new_pack
from lingnan.packkit.shapes import STAGES, Case, Finding, Manifest, Parameter, Place
from lingnan.packkit.trials import bench, failures, sample_rows, try_pack
from lingnan.packkit.wholeness import troubles

__all__ = [
    "MOVED", "STAGES", "WATCH", "WORSE", "Answering", "Case", "Finding", "Manifest", "ModelRegister", "ModelStanding", "Pack", "Parameter",
    "Place", "Reading", "Standing", "bench", "bound_values", "check_packs", "failures", "lay_parameters", "mend", "model_digest", "named",
    "new_pack", "origins", "pack_places", "pack_steps", "packs", "places_in_use", "plain_contract", "plain_property", "plan_rows", "read_pack",
    "readings", "readme", "sample_rows", "troubles", "try_pack",
]
