"""The verbs of the stars: rate everything, show a rating with its points, compute it again."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lingnan.base import Missing
from lingnan.catalogue.cards import find_resource
from lingnan.catalogue.records import Resource, listed
from lingnan.catalogue.stars.facts import Facts, facts_of
from lingnan.catalogue.stars.rating import rate
from lingnan.catalogue.stars.records import KeptRating
from lingnan.catalogue.stars.rules import StarRules, read_rules
from lingnan.catalogue.stars.shapes import StarRating
from lingnan.storage import Storage

PORTION = 500


class Stars:
    """The star ratings of one hub's listed resources."""

    def __init__(self, storage: Storage, home: Path | None = None) -> None:
        self._storage, self._home = storage, home

    def rules(self) -> StarRules:
        """The rules in force."""
        return read_rules(self._home)

    def rate_all(self) -> int:
        """Rate every listed resource, portion by portion; only what differs is written. Gives how many ratings changed."""
        rules, changed, after = self.rules(), 0, ""
        while True:
            with self._storage.session() as session:
                portion = list(session.scalars(select(Resource).where(listed(), Resource.code > after).order_by(Resource.code).limit(PORTION)))
                kept = {each.resource_id: each for each in session.scalars(_kept(portion))}
                changed += sum(self._keep(session, facts, kept.get(facts.resource.id), rules) for facts in self._facts(session, portion))
                if len(portion) < PORTION:
                    return changed
                after = portion[-1].code

    def rating(self, wanted: str) -> StarRating:
        """The last rating of a resource with every point, from the facts it was made of and the rules in force; Missing before the first."""
        with self._storage.reading() as session:
            resource = find_resource(session, wanted)
            kept = session.get(KeptRating, resource.id)
            if kept is None:
                raise Missing(
                    f"“{resource.zh}”尚未评星，构建完成后自动评定。", f"“{resource.en or resource.zh}” has no stars yet; a build gives them.",
                    resource=resource.key,
                )
            return rate(resource.key, kept.facts, self.rules(), kept.at)

    def compute(self, wanted: str) -> StarRating:
        """The rating of a resource as it would be given now, written nowhere."""
        with self._storage.reading() as session:
            resource = find_resource(session, wanted)
            facts = next(iter(self._facts(session, [resource])))
            return rate(resource.key, facts.values, self.rules(), self._storage.clock.now())

    def _facts(self, session: Session, portion: list[Resource]) -> Iterator[Facts]:
        yield from facts_of(session, portion, self._storage.clock.now())

    def _keep(self, session: Session, facts: Facts, kept: KeptRating | None, rules: StarRules) -> bool:
        resource = facts.resource
        if kept is not None and (kept.facts, kept.edition) == (facts.values, rules.edition):
            return False
        rated = rate(resource.key, facts.values, rules, None)
        if kept is None:
            kept = KeptRating(resource_id=resource.id)
            session.add(kept)
        kept.edition, kept.at, kept.stars, kept.given, kept.facts = rules.edition, self._storage.clock.now(), rated.stars, rated.given, facts.values
        if resource.stars != rated.stars:
            resource.stars = rated.stars
        return True


def _kept(portion: list[Resource]) -> Select[KeptRating]:
    return select(KeptRating).where(KeptRating.resource_id.in_([resource.id for resource in portion]))
