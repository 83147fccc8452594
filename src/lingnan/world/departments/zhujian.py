"""Housing: water use of firms, one text file with semicolons, a byte order mark and two title lines."""

from lingnan.world.departments.metering import Supply, meter_stains, metered_months, readings
from lingnan.world.handover.delimited import DelimitedFile
from lingnan.world.province import Province

HEADERS = ("水表户号", "统一社会信用代码", "用户名称", "区划代码", "抄表月份", "用水量")
TITLES = ("企业用水月报", "单位：立方米")
WATER = Supply("zhujian.water_use", "volume", "SB", 0.30, 6.5, 0.15)


class Housing:
    """Hands over zhujian.water_use."""

    def __init__(self, province: Province) -> None:
        self._province = province
        target = (province.folder("zhujian") / "water_use.csv").open("wb")
        self._file = DelimitedFile(target, HEADERS, delimiter=";", titles=TITLES, mark=b"\xef\xbb\xbf")

    def firms(self) -> None:
        """Twelve months."""
        for index, month in enumerate(metered_months(self._province)):
            given = self._province.deliver(readings(self._province, WATER, index, month), meter_stains(WATER), index)
            self._file.write(list(given.columns.values()))

    def close(self) -> None:
        """Finishes the file."""
        self._file.close()
