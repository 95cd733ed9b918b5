"""Every key of the window and what it does, in one table, which the window and the help read."""

from dataclasses import dataclass

import pygame


@dataclass(frozen=True)
class Key:
    """One line of the table.

    Args:
        shown: how the help names the keys.
        meaning: what they do, in a few words.
        action: what the window does, a key of `KeyActions`; "" for what the mouse does by itself.
        characters: that do it. They count before the codes, for on many keyboards a bracket or a plus
            is not on the key of its name.
        codes: of keys that do it, whatever character they give.
        repeats: whether the action repeats while the key is pressed.
    """

    shown: str
    meaning: str
    action: str
    characters: str = ""
    codes: tuple[int, ...] = ()
    repeats: bool = False


TABLE: dict[str, tuple[Key, ...]] = {
    "Time": (
        Key("space", "pause, go on", "pause", " ", (pygame.K_SPACE,)),
        Key(". →", "a single tick", "step", ".", (pygame.K_PERIOD, pygame.K_RIGHT), repeats=True),
        Key("- ↓", "slower", "slower", "-", (pygame.K_MINUS, pygame.K_DOWN), repeats=True),
        Key("+ ↑", "faster", "faster", "+=", (pygame.K_PLUS, pygame.K_EQUALS, pygame.K_UP), repeats=True),
        Key("t", "turbo: as fast as can be", "turbo", "t", (pygame.K_t,)),
        Key("e", "slow motion at its events", "close up", "e", (pygame.K_e,)),
    ),
    "The last minute": (
        Key(", ←", "look back, a step", "back", ",", (pygame.K_COMMA, pygame.K_LEFT), repeats=True),
        Key("Home", "to the oldest", "oldest", "", (pygame.K_HOME,)),
        Key("End", "back to the present", "present", "", (pygame.K_END,)),
        Key("drag the bar", "look back", ""),
    ),
    "This window": (
        Key("? F1 h", "all keys", "help", "?h", (pygame.K_F1, pygame.K_h)),
        Key("F11", "full screen, or not", "full screen", "", (pygame.K_F11,)),
        Key("a", "the arena alone, or all", "arena alone", "a", (pygame.K_a,)),
        Key("F12", "save a picture", "picture", "", (pygame.K_F12,)),
        Key("r", "film from now, or no more", "film", "r", (pygame.K_r,)),
        Key("b", "save the selected creature", "save creature", "b", (pygame.K_b,)),
        Key("g", "tell the story of this window", "story", "g", (pygame.K_g,)),
        Key("Esc", "close what is open", "close", "\x1b", (pygame.K_ESCAPE,)),
        Key("q", "end the run", "stop", "q", (pygame.K_q,)),
    ),
    "Looking": (
        Key("n", "beginners beside what they are now", "then and now", "n", (pygame.K_n,)),
        Key("mouse", "say what it points at", ""),
        Key("click, Tab", "select a creature", "next", "\t", (pygame.K_TAB,), repeats=True),
        Key("[", "arena before", "arena before", "[", (pygame.K_LEFTBRACKET,), repeats=True),
        Key("]", "arena after", "arena after", "]", (pygame.K_RIGHTBRACKET,), repeats=True),
        Key("wheel", "zoom", ""),
        Key("right drag", "move the view", ""),
        Key("f", "follow the selected one", "follow", "f", (pygame.K_f,)),
        Key("0", "the whole arena", "whole", "0", (pygame.K_0,)),
        Key("v", "its senses, shown or not", "senses", "v", (pygame.K_v,)),
        Key("k", "colour by reward, energy, age, a gene", "colours", "k", (pygame.K_k,)),
        Key("p", "rewards, who lives, settings", "lower", "p", (pygame.K_p,)),
        Key("u", "select its parent", "parent", "u", (pygame.K_u,)),
        Key("d", "select its newest child", "child", "d", (pygame.K_d,)),
        Key("o", "mark its lineage, or not", "kin", "o", (pygame.K_o,)),
        Key("y", "who lives: the next of ages and genes", "spread", "y", (pygame.K_y,)),
        Key("s", "silent neurons, shown or not", "silent", "s", (pygame.K_s,)),
        Key("i", "inspect the last lesson", "inspect", "i", (pygame.K_i,)),
    ),
    "Interventions": (
        Key("1 … 9", "drop a thing at the mouse", "drop", "123456789", tuple(range(pygame.K_1, pygame.K_9 + 1))),
        Key("m", "move the creature to the mouse", "move", "m", (pygame.K_m,)),
        Key("w", "swap what feeds and what stings", "swap", "w", (pygame.K_w,)),
        Key("l", "let it learn, or not", "let learn", "l", (pygame.K_l,)),
        Key("x", "silence the neuron, or heal it", "silence", "x", (pygame.K_x,)),
        Key("c", "let the neuron always fire", "clamp", "c", (pygame.K_c,)),
    ),
}

KEYS: tuple[Key, ...] = tuple(key for group in TABLE.values() for key in group)

IN_SHORT: tuple[tuple[str, str], ...] = (
    ("?", "all keys"),
    ("space", "pause"),
    ("- +", "slower, faster"),
    ("t", "turbo"),
    ("←", "look back"),
    ("click, Tab", "select"),
    ("[ ]", "other arena"),
    ("1 2", "drop a thing"),
    ("q", "quit"),
)
"""The most important ones, for a single line."""

_BY_CHARACTER = {character: key for key in KEYS for character in key.characters}
_BY_CODE = {code: key for key in KEYS for code in key.codes}


def find_key(code: int, character: str) -> Key | None:
    """Return the line of the table for a key that was pressed, or None."""
    return _BY_CHARACTER.get(character) or _BY_CHARACTER.get(character.lower()) or _BY_CODE.get(code)
