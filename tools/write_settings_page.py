"""Writes docs/settings.md anew from the settings themselves."""

from pathlib import Path

from lingnan.base import setting_rows

TARGET = Path(__file__).parent.parent / "docs" / "settings.md"
CHINESE = {
    "LINGNAN_HOME": "枢纽的文件夹：数据库、数据表、数据源、日志",
    "LINGNAN_LANG": "终端的语言，以及未选语言的页面的语言",
    "LINGNAN_NODE": "本节点的编号，是其所发每个标识的一部分",
    "LINGNAN_CLOCK": "固定的时间（含时区），用于可重复的构建；空：真实时间",
    "LINGNAN_HOST": "提供页面的地址",
    "LINGNAN_PORT": "提供页面的端口",
    "LINGNAN_SITE": "公众访问本站的地址，供通行密钥与身份提供方使用",
    "LINGNAN_EMBED_SITES": "可在其页面中嵌入公开看板的站点来源，以空格分隔；空：不允许",
    "LINGNAN_THREADS": "嵌入式引擎的线程数；0：全部核心",
    "LINGNAN_MEMORY": "嵌入式引擎的内存上限；超出部分写盘",
    "LINGNAN_ENGINE": "构建所用引擎：duckdb；spark，在本进程内；spark://主机:端口，集群",
    "LINGNAN_ENGINE_FROM": "步骤的输入文件从多少兆字节起改在 Spark 上执行；0：凡能者皆在其上；空：按内存设置推算",
    "LINGNAN_ENGINE_SECRET_FILE": "存放集群各机共享密文的文件",
    "LINGNAN_STORAGE_URL": "枢纽数据库的 SQLAlchemy 地址；空：文件夹中的 SQLite",
    "LINGNAN_LAKE_URL": "数据表所在：s3://存储桶/前缀；空：枢纽文件夹中的 lake",
    "LINGNAN_LAKE_ENDPOINT": "提供 S3 接口的对象存储的地址；除本机外须用 https",
    "LINGNAN_LAKE_REGION": "调用对象存储时签名所用的区域",
    "LINGNAN_LAKE_KEY": "对象存储访问密钥的名称",
    "LINGNAN_LAKE_SECRET": "访问密钥的密文；宜放在文件中",
    "LINGNAN_LAKE_SECRET_FILE": "存放访问密钥密文的文件",
    "LINGNAN_LAKE_PATH_STYLE": "存储桶是否写在地址的路径中；false：写在主机名中",
    "LINGNAN_LAKE_SECONDS": "对象存储多少秒不应答即重发调用",
    "LINGNAN_LAKE_COPIES": "供个人查询读取的存储文件副本至多占用的磁盘",
    "LINGNAN_QUERY_SECONDS": "个人查询的时限（秒），超过即终止",
    "LINGNAN_QUERY_ROWS": "个人查询至多返回的行数",
    "LINGNAN_QUERY_MEMORY": "个人查询的内存上限",
    "LINGNAN_QUERY_DISK": "个人查询写盘的上限",
    "LINGNAN_KEEP_DAYS": "旧表版本保留的天数",
    "LINGNAN_MAIL_HOST": "发送通知邮件的邮件服务器；空：不发邮件",
    "LINGNAN_MAIL_PORT": "邮件服务器的端口",
    "LINGNAN_MAIL_TLS": "与邮件服务器之间如何加密（starttls、tls、none）；绝不低于所设",
    "LINGNAN_MAIL_CA": "核验邮件服务器证书所用的证书文件；空：系统自带",
    "LINGNAN_MAIL_USER": "邮件服务器的用户；空：不登录",
    "LINGNAN_MAIL_PASSWORD": "邮件服务器的口令；宜放在文件中",
    "LINGNAN_MAIL_PASSWORD_FILE": "存放邮件服务器口令的文件",
    "LINGNAN_MAIL_FROM": "邮件的发件地址",
    "LINGNAN_OFFICE": "办理未指明单位的事项的机构编号；该机构之外的单位看不到这些事项",
    "LINGNAN_OPENLINEAGE": "构建事件按 OpenLineage 格式送往何处：file（数据目录下的 openlineage 文件夹）或一个地址；空：不送",
    "LINGNAN_CLAMD": "检查每个附件的恶意内容扫描服务（clamd 的套接字路径或“主机:端口”）；空：不检查",
    "LINGNAN_REVIEW_SHARE": "核对台上盲发给第二人复判的已判定记录对的比例",
    "LINGNAN_CONTACT": "采集网页公开数据时告知对方网站的联系邮箱或网址；空：不采集网页",
    "LINGNAN_PACKS": "本枢纽启用的数据包，名称以空格分隔；`*`：全部；空：不用",
    "LINGNAN_SCHEDULE": "后台执行器构建所依的 cron 表达式；空：只按命令构建",
    "LINGNAN_SUITE": "新密钥与摘要所用的密码套件；gm：SM2、SM3、SM4（需扩展 gm）",
}
HEAD = """# 设置 Settings

由 `lingnan.base.setting_rows()` 生成，请勿手改；重新生成：`python tools/write_settings_page.py`。
Made from the settings themselves; do not edit by hand.

每项设置先取环境变量，再取枢纽文件夹中的 `settings.env`（每行 `LINGNAN_…=值`），再取缺省值；命令行的 `--home`、`--lang` 高于三者。
Each setting is taken from the environment, then from `settings.env` in the home folder, then from its default; `--home` and `--lang` on the
command line win over all three.

| 设置 setting | 缺省 default | 含义 | meaning |
| --- | --- | --- | --- |
"""

TAIL = """
只取自环境、不入文件 From the environment alone, in no file:

* `LINGNAN_TOKEN`：终端以此登录令牌或 API 令牌所代表的账号行事；空：本机操作员。The account whose session or API token this is acts; empty: the
  machine's operator.
* `LINGNAN_KEY_PASSPHRASE`：保护签名密钥文件的口令；空：由枢纽主密钥导出。Passphrase of the signing keys' files; empty: derived from the hub's key.
* `LINGNAN_HSM_PIN`：密码设备（PKCS#11）的 PIN。PIN of the token that holds signing keys.
* `LINGNAN_KEY_PASSPHRASE_FILE`、`LINGNAN_HSM_PIN_FILE`：以上二者所在的文件，仅所有者可读。The files they stand in instead, read by their owner alone.
* `LINGNAN_PROVIDER_PEOPLE_SECRET`、`LINGNAN_PROVIDER_PEOPLE_SECRET_FILE`：编号为 `people` 的身份提供方的客户端密钥，或存放它的文件（二者取一）。
  The client secret of the identity provider `people`, or the file that holds it; one of the two, so for each provider.
* `LINGNAN_REQUIRE=all`（测试 tests）：缺少 Chromium、PostgreSQL 等而跳过的测试算作失败。A test skipped for want of something fails.
* `LINGNAN_LONG=1`（测试 tests）：按承诺的全部次数测试，由 `make test-long` 设置。Tests count their promises in full; set by `make test-long`.
* `LINGNAN_TEST_STORAGE=postgres`、`LINGNAN_TEST_POOL`（测试 tests）：每个枢纽都用 PostgreSQL，由 `make test-postgres` 设置；后者为测试的工作目录。
  Every hub of the tests stands on PostgreSQL; set by `make test-postgres`. The second is the tests' own folder for it.
"""


def page() -> str:
    """The page; KeyError names a setting that has no Chinese sentence yet."""
    rows = (f"| `{name}` | {_default(default)} | {CHINESE[name]} | {meaning} |\n" for name, default, meaning in setting_rows())
    return HEAD + "".join(rows) + TAIL


def _default(value: str) -> str:
    return "（空 empty）" if value in ("", "None") else f"`{value}`"


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
