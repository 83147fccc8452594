"""The terms of a purchase as they stand in a feed's file: from whom, for how much, until when, who may use it what for, what becomes of it."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Purchase(BaseModel):
    """A contract under which a data set was bought; what it allows, policy enforces."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seller: str = Field(min_length=1, description="Who sold it")
    contract_number: str = Field(min_length=1, description="Number of the contract")
    price: Decimal = Field(ge=0, description="Price")
    currency: str = Field(default="CNY", pattern=r"^[A-Z]{3}$", description="ISO 4217 code of the price")
    begins: date = Field(description="First day of use")
    ends: date = Field(description="Last day of use; afterwards nobody is shown a row")
    uses: tuple[str, ...] = Field(default=(), description="Codes of the purposes it may be used for; empty: any")
    departments: tuple[str, ...] = Field(default=(), description="Keys of the units that may use it; empty: the feed's department")
    redistribution: Literal["none", "public"] = Field(default="none", description="none: for those units alone; public: may be passed on")
    deletion: Literal["delete", "keep"] = Field(default="delete", description="What is done with the rows after the last day")

    @model_validator(mode="after")
    def _in_order(self) -> "Purchase":
        if self.ends < self.begins:
            raise ValueError("ends 早于 begins · ends is before begins")
        return self
