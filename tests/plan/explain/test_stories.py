"""What a plan does for a settlement is told for every standing."""

from __future__ import annotations

from bibliobus.plan.explain.reasons import tell_stories
from bibliobus.words.language import Language


def tell(plan, prepared, language: str) -> dict[str, list[str]]:
    """Sentence and details of every settlement."""
    spoken = Language(language)
    return {
        story.account.settlement_id: [text.render(spoken) for text in (story.sentence, *story.details)]
        for story in tell_stories(plan, prepared.dataset)
    }


def test_every_standing_is_told(plan, prepared):
    told = tell(plan, prepared, "en")

    assert told == {
        "east": [
            "The bus comes every week.",
            "Monday, week 1: 10:45-11:15, Bus one.",
            "Monday, week 2: 10:45-11:15, Bus one.",
        ],
        "island": ["No road leads there from a depot and back for any suitable bus."],
        "night": [
            "Even alone, the bus cannot be there at the allowed times within its shift.",
            "It could be served if the shift began 5\xa0h\xa025\xa0min earlier.",
            "It could be served if the bus could be open there 5\xa0h\xa025\xa0min longer.",
        ],
        "north": ["The bus comes every 2 weeks.", "Monday, week 1: 11:30-12:00, Bus one."],
        "town": ["Library here: Бібліотека."],
    }


def test_stories_are_told_in_ukrainian(plan, prepared):
    told = tell(plan, prepared, "uk")

    assert told["night"][1] == "Туди можна було б їздити, якби зміна починалася на 5\xa0год\xa025\xa0хв раніше."
    assert all(told.values())
