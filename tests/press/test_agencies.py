"""Agencies: place + body + branch in full, names of the lexicon first, and whether the body is the subject."""

from __future__ import annotations

from itertools import pairwise

import pytest
from readings import NOTHING, document, entry

from kg.lexicon import Lexicon
from kg.terms import CJ
from loaders.press.agencies import Mention, Registry

CITY, PROVINCE = "临江市", "云山省临江市"
DISTRICT, COUNTY = "临江市江北区", "云山省临江市青石县"


def registry(place: str = CITY, agencies: tuple[str, ...] = (), lexicon: Lexicon = NOTHING) -> Registry:
    return Registry(document("", place=place, agencies=agencies), lexicon)


def the_one(text: str, place: str = CITY, agencies: tuple[str, ...] = (), lexicon: Lexicon = NOTHING) -> Mention:
    (found,) = registry(place, agencies, lexicon).mentions(text)
    return found


@pytest.mark.parametrize(
    ("place", "words", "agency"),
    [
        (CITY, "市公安局", "临江市公安局"),
        (CITY, "临江市水务局", "临江市水务局"),
        (CITY, "全市公安机关", "临江市公安局"),
        (CITY, "市检察院", "临江市人民检察院"),
        (CITY, "市公安局江北分局", "临江市公安局江北分局"),
        (CITY, "公安江北分局", "临江市公安局江北分局"),
        (CITY, "市公安交管局", "临江市公安局交通管理局"),
        (CITY, "交警支队", "临江市公安局交通警察支队"),
        (PROVINCE, "省司法厅", "云山省司法厅"),
        (PROVINCE, "市水务局", "云山省临江市水务局"),
        (DISTRICT, "区民政局", "临江市江北区民政局"),
        (DISTRICT, "市民政局", "临江市民政局"),
        (COUNTY, "县教育局", "云山省临江市青石县教育局"),
    ],
)
def test_place_and_body_and_branch_make_the_full_name(place: str, words: str, agency: str) -> None:
    found = the_one(f"{words}新建泵站12座。", place)
    assert (found.agency, found.start, found.end) == (agency, 0, len(words))


@pytest.mark.parametrize("place", ["云山省", DISTRICT, COUNTY])
def test_a_branch_of_a_city_names_nobody_outside_a_city(place: str) -> None:
    assert list(registry(place).mentions("交警支队新建泵站12座。")) == []


@pytest.mark.parametrize(
    "text",
    [
        "与交警支队新建泵站12座。",
        "省司法厅新建泵站12座。",
        "民政局新建泵站12座。",
        "市人大会议新建泵站12座。",
        "临江市新建泵站12座。",
    ],
)
def test_what_names_no_body(text: str) -> None:
    assert list(registry().mentions(text)) == []


def test_the_manifest_says_which_form_the_name_has() -> None:
    found = the_one("市委政法委新建泵站。", agencies=("中共临江市委政法委员会",))
    assert found.agency == "中共临江市委政法委员会"


def test_names_of_the_lexicon_come_first() -> None:
    lexicon = Lexicon([entry("临江市治水局", CJ.Agency, "临江市水务局", "江城治水人")])
    assert the_one("市水务局新建泵站12座。", lexicon=lexicon).agency == "临江市治水局"
    assert the_one("江城治水人新建泵站12座。", lexicon=lexicon).agency == "临江市治水局"
    assert the_one("市水务局新建泵站12座。").agency == "临江市水务局"


def test_a_company_of_the_lexicon_is_no_body_of_a_report_card() -> None:
    lexicon = Lexicon([entry("江城供水公司", CJ.Organisation)])
    assert list(registry(lexicon=lexicon).mentions("江城供水公司新建泵站12座。")) == []


def test_bodies_come_in_order() -> None:
    found = list(registry().mentions("市公安局、市水务局联合市教育局巡查河道。"))
    assert [it.agency for it in found] == ["临江市公安局", "临江市水务局", "临江市教育局"]
    assert all(one.end <= other.start for one, other in pairwise(found))


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("市水务局新建泵站12座。", True),
        ("管网改造后,市水务局新建泵站12座。", True),
        ("2025年,市水务局新建泵站12座。", True),
        ("与市水务局新建泵站12座。", False),
        ("企业联合市水务局新建泵站12座。", False),
        ("市水务局的泵站新建12座。", False),
        ("走访市水务局12次。", False),
    ],
)
def test_whether_the_body_is_the_subject(text: str, subject: bool) -> None:
    assert the_one(text).subject is subject


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        ("据市水务局副局长江一帆介绍,泵站投用。", True),
        ("市水务局介绍泵站。", False),
        ("市水务局局长江一帆到场。", False),
    ],
)
def test_whether_an_official_speaks_for_it(text: str, speaks: bool) -> None:
    assert the_one(text).speaks is speaks


def test_a_heading_names_a_body_with_little_beside_it() -> None:
    found = registry()
    assert found.of_name("市水务局") == found.of_name("市水务局:") == "临江市水务局"
    assert found.of_name("市水务局", whole=True) == "临江市水务局"
    assert found.of_name("市水务局:", whole=True) is None
    assert found.of_name("市水务局守住水源") is None
    assert found.of_name("守住水源") is None


def test_competence_is_of_the_documents_first_agency() -> None:
    police = registry(agencies=("临江市公安局", "临江市教育局"))
    assert police.competent("命案全部告破") == "临江市公安局"
    assert police.competent("新增学位") is None
    assert registry().competent("命案全部告破") is None
