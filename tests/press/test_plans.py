"""Plans: a figure is a plan where words of planning say so, and a result where the words take it back."""

from __future__ import annotations

import pytest
from readings import document, read, taken_of

from kg.model import Status


def plan_of(text: str, surface: str) -> str | None:
    """The rule by which a figure is a plan; None where it is a result."""
    taken = taken_of(read(document(text)), surface)
    rule = next((rule for rule in taken.rules if rule.startswith("status.")), None)
    assert taken.claim.status is (Status.PLANNED if rule else Status.ACHIEVED)
    return rule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("力争新建泵站12座。", "status.cue"),
        ("全市将新建泵站12座。", "status.cue"),
        ("预计新建泵站12座。", "status.cue"),
        ("计划新建泵站12座。", "status.cue"),
        ("沿江12座泵站计划年底建成。", "status.cue"),
        ("年度泵站建设任务数为12座。", "status.target"),
        ("2027年,新建泵站12座。", "status.future"),
        ("新建泵站12座。", None),
        ("按照计划,已新建泵站12座。", None),
        ("力争早日完工,截至目前新建泵站12座。", None),
        ("完成年度计划的泵站12座。", None),
        ("即将完工的河段上,累计新建泵站12座。", None),
    ],
)
def test_a_plan_or_a_result(text: str, rule: str | None) -> None:
    assert plan_of(text, "12座") == rule


def test_a_heading_that_announces_plans_holds_up_to_one_of_its_level() -> None:
    text = (
        "一、工作目标\n新建泵站12座,改造管网。\n(一)守住水源\n修复堤岸8处,清理河道。\n"
        "二、一年回顾\n巡查河道30次,清理漂浮物。"
    )
    assert plan_of(text, "12座") == "status.section"
    assert plan_of(text, "8处") == "status.section"
    assert plan_of(text, "30次") is None


def test_a_block_that_ends_by_announcing_does_as_a_heading_does() -> None:
    text = "沿江治理工作全面铺开,下一步重点抓好以下三个方面:\n新建泵站12座,改造管网。"
    assert plan_of(text, "12座") == "status.section"
    assert plan_of(text.replace("下一步重点抓好以下三个方面", "各方面的情况是"), "12座") is None


def test_what_a_block_announces_holds_for_what_follows_in_it() -> None:
    text = "巡查河道30次。下一步,沿江治理。新建泵站12座。"
    assert plan_of(text, "30次") is None
    assert plan_of(text, "12座") == "status.section"


def test_a_text_of_goals_alone_is_a_plan_as_a_whole() -> None:
    goals = "力争河道清洁。\n" * 6
    assert plan_of(goals + "新建泵站12座。", "12座") == "status.section"
    assert plan_of(goals + "截至10月底,新建泵站12座。", "12座") is None


def test_a_target_that_is_compared_with_is_no_plan_of_the_figure() -> None:
    assert plan_of("新建泵站数超过目标12座。", "12座") is None
