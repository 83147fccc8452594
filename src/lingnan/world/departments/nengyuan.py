"""Energy: electricity use of firms, one zipped text file per month with a row of units under the header."""

from lingnan.world.departments.metering import Supply, meter_stains, metered_months, readings
from lingnan.world.handover.delimited import DelimitedFile, zipped
from lingnan.world.province import Province

HEADERS = ("用户编号", "统一社会信用代码", "用户名称", "区划代码", "用电月份", "用电量")
UNITS = ("", "", "", "", "", "kWh")
POWER = Supply("nengyuan.power_use", "energy", "08", 0.40, 900.0, 0.3)


class Energy:
    """Hands over nengyuan.power_use."""

    def __init__(self, province: Province) -> None:
        self._province = province

    def firms(self) -> None:
        """Twelve months."""
        folder = self._province.folder("nengyuan")
        for index, month in enumerate(metered_months(self._province)):
            given = self._province.deliver(readings(self._province, POWER, index, month), meter_stains(POWER), index)
            archive, member = zipped(folder / f"power_use_{month}.zip", f"power_use_{month}.csv")
            file = DelimitedFile(member, HEADERS, units=UNITS)
            file.write(list(given.columns.values()))
            file.close()
            archive.close()

    def close(self) -> None:
        """Nothing is left open."""
