"""Asks the reference tool of the contract standard, in an environment of its own: FOLDER of contracts in, one JSON object of results out.

    PYTHON-OF-THE-ORACLE oracle.py lint|test FOLDER

Of each contract: `result`, and for tests `checks` as {"column:type or id of the rule": "passed" or why not}.
"""

import json
import logging
import sys
from pathlib import Path

from datacontract.data_contract import DataContract


def asked(verb: str, file: Path) -> dict[str, object]:
    contract = DataContract(data_contract_file=str(file))
    run = contract.lint() if verb == "lint" else contract.test()
    told = {each.qualityId or f"{each.field}:{each.type}": str(getattr(each.result, "value", each.result)) for each in run.checks or ()}
    reasons = [str(each.reason) for each in run.checks or () if each.reason]
    return {"result": str(getattr(run.result, "value", run.result)), "checks": told, "reasons": reasons}


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    print(json.dumps({file.name: asked(sys.argv[1], file) for file in sorted(Path(sys.argv[2]).glob("*.yaml"))}))
