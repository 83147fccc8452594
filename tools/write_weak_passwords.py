"""Writes the list of words and rows that make a password weak: rows of keys, numbers, dates, and common words in English and pinyin.

The list was made for this project, by the rules and words below; nothing was taken from a list of leaked passwords.
"""

from itertools import product
from pathlib import Path

from pypinyin import Style, lazy_pinyin

TARGET = Path(__file__).parent.parent / "src" / "lingnan" / "trust" / "identity" / "weak-passwords.txt"
HEAD = "# What makes a password weak; made by tools/write_weak_passwords.py by its own rules and words."
ROWS = (
    "`1234567890-=", "~!@#$%^&*()_+", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "abcdefghijklmnopqrstuvwxyz", "0123456789",
    "1qaz2wsx3edc4rfv5tgb6yhn", "qazwsxedcrfvtgbyhnujm", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6", "a1b2c3d4e5f6",
    "147258369", "741852963", "159357", "!qaz@wsx#edc$rfv", "2468013579",
)
NUMBERS = (
    "520 521 1314 5201314 5211314 1314520 7758521 7758258 112233 123123 121212 131313 123321 1234321 654321 110110 119119 120120 12345679 "
    "010 020 021 0755 0756 0757 0769 0760 0750 0752 0754 0759 110 119 120 114 911 168 188 198 666 888 999 518 918 12306 12315 12333 12345 "
    "12388 10086 10010 10000 95588 95533 007 404 500 233 2333 886 996 007007 110120119 99 100 101 111 360 365 777"
)
ENGLISH = (
    "password passwort passwd passw pass passphrase admin administrator root user guest test testing tester demo default system sys manager "
    "manage management operator oper service server client public private secret secure security welcome hello hi login signin signon logon "
    "enter access letmein open sesame master super superuser superman batman spiderman dragon monkey tiger lion eagle panda horse dog cat bird "
    "fish love lovely loveyou iloveyou you me my mine baby angel princess prince king queen star sun moon sky blue red green black white orange "
    "yellow pink purple gold silver summer winter spring autumn monday tuesday wednesday thursday friday saturday sunday january february march "
    "april may june july august september october november december today tomorrow football soccer basketball baseball hockey tennis golf "
    "computer internet network web website wifi router switch data database oracle mysql postgres redis sql backup office windows linux ubuntu "
    "apple google microsoft huawei xiaomi tencent alibaba baidu taobao wechat weixin qq samsung nokia iphone android phone mobile email mail "
    "money bank lucky happy good great best new old one two three four five six seven eight nine ten zero first last home house family mother "
    "father sister brother friend friends music game games player play freedom trust trustno nothing something whatever changeme change temp "
    "temporary initial init start begin final end key keys token code pin number no yes ok please thanks the and for with not his her our this "
    "that abc xyz abcabc qwe asd zxc aaa qaz wsx edc poiuytrewq lkjhgfdsa mnbvcxz government gov bureau department province city county official "
    "officer citizen china chinese canton cantonese guangdong lingnan pearl river delta bay area hub platform portal cloud sharing exchange "
    "catalogue registry register license permit market digital smart citybrain egov"
)
CHINESE = (
    "密码 口令 账号 账户 用户 管理 管理员 系统 系统管理员 安全 安全管理员 审计 审计员 超级 超级管理员 测试 演示 默认 初始 登录 登陆 欢迎 "
    "你好 您好 大家好 开门 芝麻开门 我爱你 爱你 我的 你的 宝贝 亲爱 老公 老婆 妈妈 爸爸 爷爷 奶奶 儿子 女儿 宝宝 朋友 家人 天使 公主 王子 "
    "国王 皇帝 美女 帅哥 小明 小红 小王 小李 小张 张三 李四 王五 赵六 王伟 李娜 张伟 李伟 王芳 刘洋 陈静 杨洋 黄伟 周杰 吴敏 郑爽 孙悟空 "
    "猪八戒 唐僧 诸葛亮 刘备 曹操 关羽 张飞 李白 杜甫 苏轼 毛笔 一 二 三 四 五 六 七 八 九 十 百 千 万 一二三 一二三四 一二三四五 "
    "一二三四五六 上山打老虎 生日快乐 新年快乐 恭喜发财 万事如意 大吉大利 龙马精神 身体健康 平安 吉祥 如意 幸福 快乐 健康 发财 好运 加油 "
    "努力 奋斗 梦想 希望 未来 明天 今天 昨天 永远 春天 夏天 秋天 冬天 星期一 星期五 周末 太阳 月亮 星星 天空 大海 高山 长江 黄河 长城 故宫 "
    "苹果 香蕉 西瓜 葡萄 荔枝 龙眼 芒果 菠萝 米饭 面条 饺子 包子 早茶 点心 虾饺 烧卖 肠粉 云吞 叉烧 烧鹅 白切鸡 煲仔饭 双皮奶 凉茶 老火汤 "
    "客家 潮汕 广府 粤剧 粤语 醒狮 岭南 南粤 粤港澳 大湾区 珠江 东江 西江 北江 韩江 珠三角 南海 南岭 白云山 越秀山 罗浮山 丹霞山 鼎湖山 "
    "西樵山 开平碉楼 广州塔 小蛮腰 五羊 羊城 花城 鹏城 莞城 木棉 紫荆 广东 广东省 广州 广州市 深圳 深圳市 珠海 珠海市 汕头 汕头市 佛山 "
    "佛山市 韶关 韶关市 河源 河源市 梅州 梅州市 惠州 惠州市 汕尾 汕尾市 东莞 东莞市 中山 中山市 江门 江门市 阳江 阳江市 湛江 湛江市 茂名 "
    "茂名市 肇庆 肇庆市 清远 清远市 潮州 潮州市 揭阳 揭阳市 云浮 云浮市 越秀 天河 海珠 荔湾 白云 黄埔 番禺 花都 南沙 从化 增城 罗湖 福田 "
    "南山 宝安 龙岗 盐田 龙华 坪山 光明 香洲 斗门 金湾 金平 龙湖 澄海 濠江 潮阳 潮南 南澳 禅城 顺德 三水 高明 武江 浈江 曲江 乐昌 南雄 源城 "
    "梅江 梅县 惠城 惠阳 博罗 惠东 龙门 城区 陆丰 海丰 陆河 蓬江 江海 新会 台山 开平 鹤山 恩平 江城 阳东 阳春 阳西 赤坎 霞山 坡头 麻章 廉江 "
    "雷州 吴川 遂溪 徐闻 茂南 电白 高州 化州 信宜 端州 鼎湖 高要 四会 广宁 怀集 封开 德庆 清城 清新 英德 连州 佛冈 阳山 湘桥 潮安 饶平 榕城 "
    "揭东 普宁 惠来 云城 云安 罗定 新兴 郁南 香港 澳门 北京 上海 天津 重庆 湖南 湖北 广西 福建 江西 海南 四川 贵州 云南 浙江 江苏 山东 河南 "
    "河北 山西 陕西 甘肃 中国 中华 中华人民共和国 祖国 人民 国家 政府 政务 政务服务 政数局 数据局 数据 大数据 数字政府 数字广东 公共数据 "
    "平台 枢纽 共享 开放 交换 目录 资源 中心 服务 信息 信息中心 公安 公安局 民政 民政局 财政 税务 教育 教育局 卫生 卫健委 人社 社保 住建 "
    "交通 交通局 水利 农业 林业 环保 生态 市监 工商 统计 统计局 审批 办公室 办公厅 委员会 局长 处长 科长 主任 书记 市长 县长 省长 干部 "
    "公务员 工作 上班 下班 放假 工资 电脑 手机 微信 支付宝 淘宝 百度 腾讯 华为 小米 阿里 王者荣耀 原神 足球 篮球 乒乓球 羽毛球 电影 音乐 "
    "老师 学生 学校 大学 中学 小学 医院 银行 公司 老板 经理 顶呱呱 一帆风顺 天天向上 好好学习 为人民服务 实事求是 改革开放 先行示范 敢为人先"
)
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蔡蒋余于杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金"
    "石廖贾夏韦方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)


def rows() -> set[str]:
    """Pieces of three to twelve keys of every row, forwards and backwards."""
    pieces = {row[begin : begin + length] for row in ROWS for length in range(3, 13) for begin in range(len(row) - length + 1)}
    return pieces | {piece[::-1] for piece in pieces}


def dates() -> set[str]:
    """Years, and months with days."""
    days = {f"{month:02}{day:02}" for month, day in product(range(1, 13), range(1, 32))}
    return {str(year) for year in range(1930, 2050)} | days


def words() -> set[str]:
    """Chinese words, their pinyin and its first letters, surnames, English words."""
    found = {word for word in ENGLISH.split() + NUMBERS.split() if len(word) >= 3}
    for word in [*CHINESE.split(), *SURNAMES]:
        pinyin, initials = "".join(lazy_pinyin(word)), "".join(lazy_pinyin(word, style=Style.FIRST_LETTER))
        found |= {each for each in (pinyin, initials if len(initials) > 3 else "") if len(each) >= 3}
        found |= {word} if len(word) > 1 else set()
    return found


def main() -> None:
    """Write the file, sorted, one a line."""
    everything = sorted(rows() | dates() | words())
    TARGET.write_text("\n".join([HEAD, *everything]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
