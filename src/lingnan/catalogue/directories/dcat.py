"""A directory as DCAT-AP 3.0.1: catalogue, data sets, distributions and the authority codes they use, each typed as the strict shapes ask."""

from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import quote

from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS, XSD, Graph, Literal, Namespace, URIRef

from lingnan.catalogue.directories.entries import DirectoryKind, Entry
from lingnan.catalogue.labels import label
from lingnan.standards import code_list

AUTHORITY = Namespace("http://publications.europa.eu/resource/authority/")
ADMS = Namespace("http://www.w3.org/ns/adms#")
DCATAP = Namespace("http://data.europa.eu/r5r/")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
VERSION = URIRef("http://www.w3.org/ns/dcat#version")
"""Younger than the library's list of DCAT's terms."""
GUIDE = "政务信息资源目录编制指南（试行）（发改高技〔2017〕1272号）"

FREQUENCIES = {
    "realtime": "CONT", "hourly": "HOURLY", "daily": "DAILY", "weekly": "WEEKLY", "monthly": "MONTHLY", "quarterly": "QUARTERLY",
    "yearly": "ANNUAL", "irregular": "IRREG", "once": "NEVER",
}
RIGHTS = {"unconditional": "PUBLIC", "conditional": "RESTRICTED", "none": "NON_PUBLIC"}
FILE_TYPES = {
    "csv": "CSV", "xlsx": "XLSX", "xls": "XLS", "json": "JSON", "json_api": "JSON", "api": "JSON", "xml": "XML", "parquet": "PARQUET",
    "pdf": "PDF", "geojson": "GEOJSON",
}
"""File types with a code of the Publications Office; a database is offered as CSV by this hub."""
LICENCES = {"CC BY 4.0": "CC_BY_4_0", "CC BY-SA 4.0": "CC_BYSA_4_0", "CC0 1.0": "CC0", "ODbL 1.0": "ODC_BL", "Apache-2.0": "APACHE_2_0", "MIT": "MIT"}
TITLES = {
    "sharing": (
        ("政务信息资源共享目录", "Directory of shared government data"),
        ("部门之间共享的政务信息资源。", "Data that departments share with each other."),
    ),
    "open": (("公共数据开放目录", "Directory of open public data"), ("向社会开放的公共数据资源。", "Public data that are open to society.")),
}


class DcatWriter:
    """Turns entries into triples under the address of one site."""

    def __init__(self, site: str, kind: DirectoryKind) -> None:
        self._site, self._kind = site.rstrip("/"), kind
        self._catalogue = URIRef(f"{self._site}/directories/{kind}")
        self._own = Namespace(f"{self._site}/vocabulary#")

    def graph(self, portion: Iterable[Entry], now: datetime, next_page: str = "") -> Graph:
        """The catalogue with these entries; `next_page` is the address of what follows, after Hydra's partial views."""
        graph = self._graph()
        self._describe_catalogue(graph, now)
        for entry in portion:
            self._describe(graph, entry)
        if next_page:
            view = URIRef(f"{self._catalogue}?view")
            graph.add((view, RDF.type, HYDRA.PartialCollectionView))
            graph.add((view, HYDRA.next, URIRef(next_page)))
            graph.add((self._catalogue, HYDRA.view, view))
        return graph

    def dataset(self, entry: Entry) -> Graph:
        """One data set alone."""
        graph = self._graph()
        self._describe(graph, entry)
        return graph

    def address(self, entry: Entry) -> URIRef:
        """The data set's address: its page."""
        return URIRef(f"{self._site}/catalogue/{quote(entry.resource.code)}")

    def _graph(self) -> Graph:
        graph = Graph(bind_namespaces="none")
        named = {
            "dcat": DCAT, "dct": DCTERMS, "foaf": FOAF, "skos": SKOS, "xsd": XSD, "rdfs": RDFS, "adms": ADMS, "dcatap": DCATAP, "hydra": HYDRA,
            "vcard": VCARD, "lingnan": self._own,
        }
        for prefix, namespace in named.items():
            graph.bind(prefix, namespace)
        return graph

    def _describe_catalogue(self, graph: Graph, now: datetime) -> None:
        titles, texts = TITLES[self._kind]
        publisher, home = URIRef(f"{self._site}/about"), URIRef(f"{self._site}/")
        graph.add((self._catalogue, RDF.type, DCAT.Catalog))
        _both(graph, self._catalogue, DCTERMS.title, titles)
        _both(graph, self._catalogue, DCTERMS.description, texts)
        graph.add((publisher, RDF.type, FOAF.Agent))
        _both(graph, publisher, FOAF.name, ("岭南政务数据枢纽", "Lingnan government data hub"))
        graph.add((self._catalogue, DCTERMS.publisher, publisher))
        graph.add((self._catalogue, DCTERMS.modified, _moment(now)))
        graph.add((self._catalogue, FOAF.homepage, home))
        graph.add((home, RDF.type, FOAF.Document))
        for code in ("ZHO", "ENG"):
            graph.add((self._catalogue, DCTERMS.language, _typed(graph, AUTHORITY[f"language/{code}"], DCTERMS.LinguisticSystem)))

    def _describe(self, graph: Graph, entry: Entry) -> None:
        resource, address = entry.resource, self.address(entry)
        graph.add((self._catalogue, DCAT.dataset, address))
        graph.add((address, RDF.type, DCAT.Dataset))
        _both(graph, address, DCTERMS.title, (resource.zh, resource.en))
        _both(graph, address, DCTERMS.description, (resource.abstract_zh or resource.zh, resource.abstract_en or resource.en))
        for code in dict.fromkeys([resource.code, *(each.code for each in entry.codes)]):
            graph.add((address, DCTERMS.identifier, Literal(code)))
        self._describe_provider(graph, address, entry)
        self._describe_subject(graph, address, entry)
        self._describe_life(graph, address, entry)
        self._describe_conditions(graph, address, entry)
        self._describe_distribution(graph, address, entry)

    def _describe_provider(self, graph: Graph, address: URIRef, entry: Entry) -> None:
        agent = URIRef(f"{self._site}/departments/{quote(entry.department.key)}")
        graph.add((address, DCTERMS.publisher, agent))
        graph.add((agent, RDF.type, FOAF.Agent))
        _both(graph, agent, FOAF.name, (entry.department.zh, entry.department.en))
        contact = URIRef(f"{agent}#contact")
        graph.add((contact, RDF.type, VCARD.Kind))
        _both(graph, contact, VCARD.fn, (entry.department.zh, entry.department.en))
        graph.add((contact, VCARD.hasURL, agent))
        graph.add((address, DCAT.contactPoint, contact))

    def _describe_subject(self, graph: Graph, address: URIRef, entry: Entry) -> None:
        for item in dict.fromkeys([each.category[:3] for each in entry.codes if each.scheme != "department"]):
            theme = URIRef(f"{self._site}/themes/{item}")
            found = code_list("themes").get(item)
            graph.add((theme, RDF.type, SKOS.Concept))
            _both(graph, theme, SKOS.prefLabel, (found.zh, found.en) if found else (item, item))
            graph.add((address, DCAT.theme, theme))
        for item_name in dict.fromkeys(each.zh or each.name for each in entry.items):
            graph.add((address, DCAT.keyword, Literal(item_name, lang="zh")))
        if entry.resource.division:
            place = URIRef(f"{self._site}/divisions/{entry.resource.division}")
            graph.add((place, RDF.type, DCTERMS.Location))
            graph.add((place, DCTERMS.identifier, Literal(entry.resource.division)))
            graph.add((address, DCTERMS.spatial, place))
        for relation in entry.relations:
            graph.add((address, DCTERMS.relation, URIRef(f"{self._site}/catalogue/{quote(relation.target)}")))

    def _describe_life(self, graph: Graph, address: URIRef, entry: Entry) -> None:
        resource = entry.resource
        if code := FREQUENCIES.get(resource.update_cycle):
            graph.add((address, DCTERMS.accrualPeriodicity, _typed(graph, AUTHORITY[f"frequency/{code}"], DCTERMS.Frequency)))
        if resource.published_on:
            graph.add((address, DCTERMS.issued, Literal(resource.published_on.isoformat(), datatype=XSD.date)))
        graph.add((address, DCTERMS.modified, _moment(resource.changed_at)))
        graph.add((address, VERSION, Literal(str(resource.version))))
        guide = URIRef(f"{self._site}/standards/directory-guide-2017")
        graph.add((guide, RDF.type, DCTERMS.Standard))
        graph.add((guide, DCTERMS.title, Literal(GUIDE, lang="zh")))
        graph.add((address, DCTERMS.conformsTo, guide))

    def _describe_conditions(self, graph: Graph, address: URIRef, entry: Entry) -> None:
        resource = entry.resource
        asked = resource.open_type if self._kind == "open" else resource.share_type
        graph.add((address, DCTERMS.accessRights, _typed(graph, AUTHORITY[f"access-right/{RIGHTS[asked]}"], DCTERMS.RightsStatement)))
        for name, value in (("shareType", resource.share_type), ("openType", resource.open_type)):
            told = label("share_type" if name == "shareType" else "open_type", value)
            _both(graph, address, self._own[name], told)
        conditions = (("shareCondition", resource.share_condition), ("openCondition", resource.open_condition), ("shareBasis", resource.share_basis))
        for name, text in conditions:
            if text:
                graph.add((address, self._own[name], Literal(text, lang="zh")))

    def _describe_distribution(self, graph: Graph, address: URIRef, entry: Entry) -> None:
        resource, way = entry.resource, URIRef(f"{address}#distribution")
        graph.add((address, DCAT.distribution, way))
        graph.add((way, RDF.type, DCAT.Distribution))
        graph.add((way, DCAT.accessURL, address))
        _typed(graph, address, RDFS.Resource)
        file_type = FILE_TYPES.get(resource.format, "CSV")
        graph.add((way, DCTERMS["format"], _typed(graph, AUTHORITY[f"file-type/{file_type}"], DCTERMS.MediaTypeOrExtent)))
        graph.add((way, DCTERMS.license, self._licence(graph, resource.licence)))
        _both(graph, way, DCTERMS.title, (resource.zh, resource.en))

    def _licence(self, graph: Graph, told: str) -> URIRef:
        if code := LICENCES.get(told.strip()):
            return _typed(graph, AUTHORITY[f"licence/{code}"], DCTERMS.LicenseDocument)
        own = URIRef(f"{self._site}/about#terms" if not told else f"{self._site}/licences/{quote(told)}")
        graph.add((own, RDFS.label, Literal(told or "开放数据使用协议", lang="zh")))
        return _typed(graph, own, DCTERMS.LicenseDocument)


def _typed(graph: Graph, thing: URIRef, kind: URIRef) -> URIRef:
    """The thing, with its class said in this graph: the strict shapes do not look outside it."""
    graph.add((thing, RDF.type, kind))
    return thing


def _both(graph: Graph, thing: URIRef, said: URIRef, texts: tuple[str, str]) -> None:
    """Both languages, or the one there is."""
    for text, lang in zip(texts, ("zh", "en"), strict=True):
        if text:
            graph.add((thing, said, Literal(text, lang=lang)))


def _moment(at: datetime) -> Literal:
    return Literal(at.astimezone(UTC).replace(microsecond=0).isoformat(), datatype=XSD.dateTime)
