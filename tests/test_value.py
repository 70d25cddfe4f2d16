"""Frozen values behave as frozen dataclasses do."""

from __future__ import annotations

import pytest

from compound.exact.value import Value, field, replace


class Part(Value):
    name: str
    count: int = 1
    tags: dict[str, int] = field(default_factory=dict)
    note: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError("a negative count")


class Named(Value, kw_only=True):
    first: int
    second: int | None = None


def test_defaults_are_filled_in_and_made_anew() -> None:
    one, other = Part("a"), Part("a")

    assert (one.count, one.tags, one.note) == (1, {}, "")
    assert one.tags is not other.tags


def test_values_compare_by_their_compared_fields() -> None:
    assert Part("a", note="x") == Part("a", note="y")
    assert Part("a") != Part("b")
    assert Part("a") != "a"


def test_values_hash_alike_when_equal() -> None:
    assert hash(Named(first=1)) == hash(Named(first=1, second=None))


def test_a_value_cannot_be_changed() -> None:
    part = Part("a")

    with pytest.raises(AttributeError, match="Part is frozen"):
        part.count = 2  # type: ignore[misc]
    with pytest.raises(AttributeError, match="Part is frozen"):
        del part.count


def test_a_copy_is_judged_anew() -> None:
    assert replace(Part("a"), count=3) == Part("a", 3)
    with pytest.raises(ValueError, match="negative"):
        replace(Part("a"), count=-1)


@pytest.mark.parametrize("wrong", [{}, {"name": "a", "colour": 1}])
def test_missing_and_unknown_fields_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        Part(**wrong)  # type: ignore[arg-type]


def test_a_field_given_twice_is_refused() -> None:
    with pytest.raises(TypeError):
        Part("a", name="b")  # type: ignore[misc]


def test_keyword_only_fields_take_no_positions() -> None:
    with pytest.raises(TypeError):
        Named(1)  # type: ignore[call-arg]


def test_values_are_matched_by_their_fields() -> None:
    match Part("a", 2):
        case Part(name, count):
            found = (name, count)

    assert found == ("a", 2)


def test_a_value_shows_its_fields() -> None:
    assert repr(Named(first=1)) == "Named(first=1, second=None)"
