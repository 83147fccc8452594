"""What a fault of the standards is, and the rules that can be broken."""

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, order=True)
class Fault:
    """One broken rule: where (the file without its ending), what (an element, a code), which rule, and what was found there."""

    place: str
    object: str
    rule: str
    found: str = ""

    def text(self, lang: str = "zh") -> str:
        """The fault as a sentence in the reader's language."""
        zh, en = RULES_OF_LINT[self.rule]
        return f"{en if lang == 'en' else zh}{f' [{self.found}]' if self.found else ''}"


RULES_OF_LINT = MappingProxyType({
    "id": ("标识须为小写字母开头的小写字母、数字和下划线", "an id is lower-case letters, digits and underscores and begins with a letter"),
    "id_repeated": ("标识在别处已经用过", "the id stands elsewhere already"),
    "incomplete": ("缺少必备项", "a required item is missing"),
    "unknown_item": ("有未知的项", "there is an item nobody knows"),
    "unreadable": ("内容无法读取", "what is written cannot be read"),
    "name_vague": ("名称含“等”或“其他”，所指不定", "the name says 等 or 其他 and so means nothing definite"),
    "name_doubled": ("名称中有重复的词", "a word stands twice in the name"),
    "name_parts": ("名称未说明其对象类、特性或表示词", "the name tells neither its object class, its property nor its representation term"),
    "name_term": ("名称末尾的词与表示词不符", "the name's last word does not fit the representation term"),
    "name_repeated": ("与另一项同名", "another one bears the same name"),
    "name_en": ("英文名称须以大写字母或数字开头且不含中文", "the English name begins with a capital or a figure and holds no Chinese"),
    "synonym_taken": ("同义名称是另一数据元的名称或同义名称", "the synonym is another element's name or synonym"),
    "term_unknown": ("表示词不在表示词表中", "the representation term is none of those agreed on"),
    "term_format": ("表示词与数据格式不符", "the representation term does not fit the format"),
    "definition_sentence": ("定义须为一句话，以句号结尾", "a definition is one sentence with its full stop"),
    "definition_circular": ("定义只是重复名称", "the definition only repeats the name"),
    "definition_refers": ("定义须自立，不得写“如上”“参见”之类", "a definition stands alone and does not refer elsewhere"),
    "definition_use": ("定义说的是用途而不是含义", "the definition tells a use and not a meaning"),
    "format": ("数据格式无法解析", "the format cannot be read"),
    "classification": ("分类须为 public、internal、personal 或 sensitive", "a classification is public, internal, personal or sensitive"),
    "identifier_unknown": ("没有这种标识", "there is no such identifier"),
    "rule_unknown": ("没有这条规则", "there is no such rule"),
    "range_empty": ("值的范围是空的", "the range holds no value"),
    "list_unknown": ("没有这个代码表", "there is no such code list"),
    "list_edition": ("代码表没有这个版本", "the code list has no such edition"),
    "list_format": ("代码表中有不合数据格式的代码", "the code list holds codes that do not fit the format"),
    "unit_unknown": ("计量单位不在单位表中", "the unit is none of the list of units"),
    "unit_missing": ("金额和比率须有计量单位", "an amount needs a unit"),
    "relation_unknown": ("关系指向不存在的数据元", "a relation leads to no element"),
    "duplicate": ("与另一数据元名称与定义近似且值域相同", "name and definition are close to another element's and the value domain is the same"),
    "header": ("代码表的表头不完整", "the header of the code list is incomplete"),
    "parent": ("上级代码不存在", "the parent code does not exist"),
    "level": ("级别不在上级之下", "the level does not lie below the parent's"),
    "cycle": ("上级关系成环", "the parents form a ring"),
    "dates": ("日期次序颠倒", "the dates are in the wrong order"),
    "overlap": ("同一代码的有效期重叠", "the same code is valid twice at a time"),
    "successor": ("后继代码不存在", "the successor does not exist"),
    "element_unknown": ("没有这个数据元", "there is no such data element"),
    "obligation": (
        "约束须为 required、conditional 或 optional；conditional 须写明条件",
        "an obligation is required, conditional (with its condition) or optional",
    ),
    "frequency": ("频度不在更新周期表中", "the frequency is none of the update cycles"),
    "document_number": ("标准编号写法不合规", "the number of the document is not written as numbers of standards are"),
    "document_kind": ("文件类别或状态未知", "kind or state of the document is unknown"),
    "replaces": ("代替关系不成立", "what is replaced is itself in force"),
})
"""Every rule by its name: Chinese and English."""
