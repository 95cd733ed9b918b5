"""What the window does when a key is pressed or the bar of time is moved: wishes to the run, or looks of its own."""

from collections.abc import Callable
from typing import Any

import pygame

from alife.core.command import (
    ChangeSpeed,
    Command,
    Intervene,
    Seek,
    Select,
    SingleTick,
    Stop,
    ToggleCloseUp,
    TogglePause,
    ToggleTurbo,
)
from alife.core.frame import Frame
from alife.core.intervention import Swap
from alife.view.panels.timebar import Span
from alife.view.window import _tools as tools
from alife.view.window._neighbour import in_other_copy, neighbour
from alife.view.window._rewind_view import RewindView
from alife.view.window.canvas import Canvas, Pixel, tell
from alife.view.window.keys import Key

_PRESENT = "End returns to the present, where this can be done"


class KeyActions:
    """Does what the table of keys says.

    Attributes:
        wishes: what the run is asked for, in order; whoever hands it on empties it.
        note: what to tell the person, "" where there is nothing.
        helping: whether all keys are shown.
        pointer: where the mouse is, None where it is not over the window.

    Args:
        canvas: what is looked at.
        looking_back: knows the last minute.
    """

    def __init__(self, canvas: Canvas, looking_back: RewindView) -> None:
        self._canvas, self._looking_back = canvas, looking_back
        self.wishes: list[Command] = []
        self.note = ""
        self.helping = False
        self.pointer: Pixel | None = None
        self._frame: Frame | None = None
        self._selected, self._paused, self._tick = ("", 0), False, 0
        self._goes_on = False  # the run ran when somebody began to look back
        self._key_actions: dict[str, Callable[[Frame, pygame.Event], None]] = {
            "pause": lambda frame, event: self._pause(),
            "step": lambda frame, event: self._step(),
            "slower": lambda frame, event: self._ask(ChangeSpeed(0.5)),
            "faster": lambda frame, event: self._ask(ChangeSpeed(2.0)),
            "turbo": lambda frame, event: self._ask(ToggleTurbo()),
            "close up": lambda frame, event: self._ask(ToggleCloseUp()),
            "back": lambda frame, event: self._back(frame),
            "oldest": lambda frame, event: self._oldest(frame),
            "present": lambda frame, event: self._present(frame),
            "next": lambda frame, event: self.ask(neighbour(frame, self._selected, _direction(event))),
            "arena before": lambda frame, event: self.ask(in_other_copy(frame, self._selected, -1)),
            "arena after": lambda frame, event: self.ask(in_other_copy(frame, self._selected, 1)),
            "follow": lambda frame, event: _toggle(self._canvas.world, "follow"),
            "whole": lambda frame, event: tell(self._canvas.world, "show_whole_arena"),
            "senses": lambda frame, event: _toggle(self._canvas.world, "show_senses"),
            "silent": lambda frame, event: _toggle(self._canvas.brain, "hide_silent"),
            "inspect": lambda frame, event: tell(self._canvas.brain, "inspect_last"),
            "drop": self._drop,
            "move": lambda frame, event: self._touch(tools.move(self._selected, self._place())),
            "swap": lambda frame, event: self._touch(Intervene(Swap())),
            "let learn": lambda frame, event: self._touch(tools.let_learn(frame)),
            "silence": lambda frame, event: self._touch(tools.silence(frame, self._neuron())),
            "clamp": lambda frame, event: self._touch(tools.clamp(frame, self._neuron())),
            "help": lambda frame, event: self._help(),
            "close": lambda frame, event: self._close(),
            "stop": lambda frame, event: self._ask(Stop()),
        }

    def see(self, frame: Frame) -> None:
        """Take note of the newest frame."""
        self._frame = frame
        self._selected, self._paused, self._tick = frame.selected, frame.paused, frame.tick

    def do(self, key: Key, event: pygame.Event) -> None:
        """Do what a key is for; before the first frame, the run can only be asked to pause, step, or end."""
        if self._frame is not None:
            self._key_actions[key.deed](self._frame, event)
        elif key.deed == "stop":
            self._ask(Stop())

    def ask(self, command: Command | None) -> None:
        """Ask the run for what a panel or a choice has come to, if it is the present that is in view."""
        if command is None:
            return
        if self._looking_back.is_on:
            self.note = _PRESENT
            return
        if isinstance(command, Select):
            self._selected = command.species, command.row  # a second key before the next frame goes on from it
        self._ask(command)

    def seek(self, share: float) -> None:
        """Go to a place of the bar of time."""
        if self._frame is None:
            return
        if self._frame.replay_until is not None:
            self._seek(round(share * self._frame.replay_until))
        else:
            self._look(lambda: self._looking_back.to_share(share))

    def span(self) -> Span | None:
        """Return what the bar of time shows."""
        if self._frame is None or self._frame.replay_until is None:
            return self._looking_back.span()
        until = max(1, self._frame.replay_until)
        return Span(0.0, self._frame.tick / until, "tick 0", f"{until:,}")

    def _ask(self, command: Command) -> None:
        if isinstance(command, TogglePause):
            self._paused = not self._paused
        elif isinstance(command, SingleTick):
            self._paused = True
        self.wishes.append(command)

    def _pause(self) -> None:
        if self._looking_back.is_on:
            self._goes_on = True
            self._return()
        else:
            self._ask(TogglePause())

    def _step(self) -> None:
        if self._looking_back.is_on:
            self._looking_back.step(1)
        else:
            self._ask(SingleTick())

    def _back(self, frame: Frame) -> None:
        if frame.replay_until is not None:
            self._seek(self._tick - 1)
        else:
            self._look(lambda: self._looking_back.step(-1))

    def _oldest(self, frame: Frame) -> None:
        if frame.replay_until is not None:
            self._seek(0)
        else:
            self._look(self._looking_back.to_oldest)

    def _present(self, frame: Frame) -> None:
        if frame.replay_until is not None:
            self._seek(frame.replay_until)
        else:
            self._return()

    def _look(self, go: Callable[[], bool]) -> None:
        """Look back; the run waits meanwhile."""
        was_on = self._looking_back.is_on
        if not go():
            self.note = "there is nothing yet to look back on"
        elif not was_on:
            self._goes_on = not self._paused
            if self._goes_on:
                self._ask(TogglePause())

    def _return(self) -> None:
        """Return to the present, and let the run go on if it did before."""
        if self._looking_back.is_on:
            self._looking_back.end()
            if self._goes_on and self._paused:
                self._ask(TogglePause())

    def _seek(self, tick: int) -> None:
        """Go to a tick of a replay; of several wishes before the next frame, the last counts."""
        self.wishes = [wish for wish in self.wishes if not isinstance(wish, Seek)]
        self._tick = max(0, tick)
        self._ask(Seek(self._tick))

    def _drop(self, frame: Frame, event: pygame.Event) -> None:
        character = getattr(event, "unicode", "")
        number = int(character) if character in tuple("123456789") else event.key - pygame.K_0
        self._touch(tools.drop(frame, tell(self._canvas.world, "roles") or (), number, self._place()))

    def _touch(self, touch: Intervene | str) -> None:
        if isinstance(touch, str):
            self.note = touch
        else:
            self.ask(touch)

    def _place(self) -> tuple[float, float] | None:
        """Return the place of the arena that the mouse points at."""
        place: tuple[float, float] | None = None
        if self.pointer is not None and self._canvas.panel_at(self.pointer) is self._canvas.world:
            place = tell(self._canvas.world, "place_at", self.pointer)
        return place

    def _neuron(self) -> tuple[int, int] | None:
        neuron: tuple[int, int] | None = getattr(self._canvas.brain, "neuron", None)
        return neuron

    def _help(self) -> None:
        self.helping = True

    def _close(self) -> None:
        if not tell(self._canvas.brain, "close"):
            self._return()


def _direction(event: pygame.Event) -> int:
    return -1 if event.mod & pygame.KMOD_SHIFT else 1


def _toggle(panel: Any, name: str) -> None:
    if hasattr(panel, name):
        setattr(panel, name, not getattr(panel, name))
