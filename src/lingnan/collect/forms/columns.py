"""The columns that a form adds to its contract: which entry a row is of, who sent it from which device, where and when."""

from lingnan.standards import Contract, Property

PREFIX = "form_"
_COLUMNS: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("form_entry", "填报编号", "Entry", "string", "VARCHAR", "internal"),
    ("form_line", "填报行号", "Line of the entry", "integer", "BIGINT", "internal"),
    ("form_revision", "填报版次", "Revision of the entry", "integer", "BIGINT", "internal"),
    ("form_organisation", "填报单位", "Unit of the account", "string", "VARCHAR", "internal"),
    ("form_account", "填报账号", "Account", "string", "VARCHAR", "personal"),
    ("form_device", "填报设备", "Device, random for each installation", "string", "VARCHAR", "personal"),
    ("form_received", "填报接收时间", "Received", "timestamp", "TIMESTAMPTZ", "internal"),
    ("form_longitude", "填报位置经度", "Longitude of the place of filling in", "number", "DOUBLE", "personal"),
    ("form_latitude", "填报位置纬度", "Latitude of the place of filling in", "number", "DOUBLE", "personal"),
    ("form_accuracy", "填报位置精度（米）", "Accuracy of the place, metres", "number", "DOUBLE", "personal"),
)
NAMES = tuple(name for name, *_rest in _COLUMNS)


def added_columns() -> tuple[Property, ...]:
    """The properties themselves."""
    return tuple(
        Property(name=name, source=name, zh=zh, en=en, logical_type=logical, physical_type=physical, classification=classification)
        for name, zh, en, logical, physical, classification in _COLUMNS
    )


def filled_in(contract: Contract) -> tuple[Property, ...]:
    """The properties that people fill in: all but those a form adds."""
    return tuple(each for each in contract.properties if each.name not in NAMES)
