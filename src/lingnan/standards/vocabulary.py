"""What contracts may name: the elements and code lists that ship, and beside them those that a hub registered."""

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from functools import cached_property
from typing import cast

from lingnan.standards.codes import code_list, code_lists
from lingnan.standards.elements import DataElement, data_elements
from lingnan.standards.lists import CodeList


class Vocabulary:
    """Elements and code lists by name; of one name, the hub's own goes before the one that ships."""

    def __init__(self, elements: Mapping[str, DataElement] | None = None, lists: Mapping[str, CodeList] | None = None) -> None:
        self._own_elements, self._own_lists = dict(elements or {}), dict(lists or {})

    @cached_property
    def elements(self) -> Mapping[str, DataElement]:
        """Every element by its id; those that ship are read when they are first asked for."""
        return ChainMap(self._own_elements, cast("MutableMapping[str, DataElement]", data_elements()))

    @cached_property
    def lists(self) -> Mapping[str, CodeList]:
        """Every code list by its name."""
        return ChainMap(self._own_lists, cast("MutableMapping[str, CodeList]", code_lists()))

    def list_of(self, name: str, edition: str | None = None) -> CodeList:
        """The list of that name, of the edition when there is one list per edition (`industries` with `2017`); Missing when there is none."""
        wanted = f"{name}-{edition}" if edition and f"{name}-{edition}" in self.lists else name
        return self._own_lists[wanted] if wanted in self._own_lists else code_list(wanted)

    def elements_of(self, code_list: str) -> tuple[DataElement, ...]:
        """The elements whose values that code list gives."""
        return tuple(element for element in self.elements.values() if element.code_list == code_list)

    def own(self, names: Iterable[str]) -> str:
        """What the hub's own elements and lists among these names say, as one text that changes when any of it does; empty for what ships."""
        return "\n".join(self._told(sorted(set(names))))

    def _told(self, names: Iterable[str]) -> Iterator[str]:
        for name in names:
            if name in self._own_elements:
                yield repr(self._own_elements[name])
            if name in self._own_lists:
                yield repr((self._own_lists[name].header, self._own_lists[name].entries))


SHIPPED = Vocabulary()
"""What ships, and nothing beside it."""
