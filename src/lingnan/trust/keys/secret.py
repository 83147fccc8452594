"""Secrets come from the environment or a file, never from settings, and do not show themselves."""

import os
from pathlib import Path

from pydantic import SecretStr

from lingnan.base import WrongUse


def read_secret(name: str) -> SecretStr | None:
    """The secret in `LINGNAN_<name>`, or in the file that `LINGNAN_<name>_FILE` names; None when neither is set.

    WrongUse when both are set, or the file is missing, empty, or open to every account of the machine.
    """
    variable = f"LINGNAN_{name.upper()}"
    value, path = os.environ.get(variable, ""), os.environ.get(f"{variable}_FILE", "")
    if value and path:
        raise WrongUse(f"{variable} 与 {variable}_FILE 只能设置一个。", f"Set {variable} or {variable}_FILE, not both.", setting=variable)
    if path:
        return SecretStr(_from_file(Path(path), variable))
    return SecretStr(value) if value else None


def _from_file(path: Path, variable: str) -> str:
    try:
        open_to_all = path.stat().st_mode & 0o007
        value = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse(
            f"{variable}_FILE 所指的文件无法读取：{path}。", f"The file that {variable}_FILE names cannot be read: {path}.", setting=variable
        ) from error
    if open_to_all:
        raise WrongUse(
            f"密钥文件 {path} 对本机所有账号开放。请执行 chmod 600。", f"The secret in {path} is open to every account. Run chmod 600 on it.",
            setting=variable,
        )
    if not value:
        raise WrongUse(f"{variable}_FILE 所指的文件为空：{path}。", f"The file that {variable}_FILE names is empty: {path}.", setting=variable)
    return value
