"""What the window does at a key or at the bar of time: it asks the run for commands, or looks back."""

from collections.abc import Callable
from typing import Any

import pygame

from alife.core.command import (
    ChangeSpeed,
    Command,
    Intervene,
    SaveCreature,
    Seek,
    Select,
    SingleTick,
    Stop,
    ThenAndNow,
    ToggleCloseUp,
    ToggleFilm,
    TogglePause,
    ToggleTurbo,
)
from alife.core.frame import Frame
from alife.core.intervention import Swap
from alife.view.panels.timebar import Span
from alife.view.window import _tools as tools
from alife.view.window._neighbour import in_other_copy, neighbour
from alife.view.window._rewind_view import RewindView
from alife.view.window.canvas import Canvas, Pixel, call_panel
from alife.view.window.keys import Key

_PRESENT = "End returns to the present, where this can be done"


class KeyActions:
    """Carries out the actions in the table of keys.

    Attributes:
        requests: commands for the run, in order; the window empties it when it passes them on.
        note: for the status line, "" where there is none.
        helping: whether all keys are shown.
        frame: the newest, None before the first.
        wanted: what is wanted of the window itself, "story", "full screen" or "picture"; it empties it.
        pointer: where the mouse is, None where it is not over the window.

    Args:
        canvas: what is looked at.
        rewind_view: shows frames of the last minute.
    """

    def __init__(self, canvas: Canvas, rewind_view: RewindView) -> None:
        self._canvas, self._rewind_view = canvas, rewind_view
        self.requests: list[Command] = []
        self.note = ""
        self.helping = False
        self.wanted: set[str] = set()
        self.pointer: Pixel | None = None
        self.frame: Frame | None = None
        self._selected, self._paused, self._tick = ("", 0), False, 0
        self._goes_on = False  # the run was not paused when looking back began
        self._key_actions: dict[str, Callable[[Frame, pygame.Event], None]] = {
            "pause": lambda frame, event: self._toggle_pause(),
            "step": lambda frame, event: self._step_forward(),
            "slower": lambda frame, event: self._request(ChangeSpeed(0.5)),
            "faster": lambda frame, event: self._request(ChangeSpeed(2.0)),
            "turbo": lambda frame, event: self._request(ToggleTurbo()),
            "close up": lambda frame, event: self._request(ToggleCloseUp()),
            "back": lambda frame, event: self._step_back(frame),
            "oldest": lambda frame, event: self._go_to_oldest(frame),
            "present": lambda frame, event: self._go_to_present(frame),
            "next": lambda frame, event: self.ask_run(neighbour(frame, self._selected, _direction(event))),
            "arena before": lambda frame, event: self.ask_run(in_other_copy(frame, self._selected, -1)),
            "arena after": lambda frame, event: self.ask_run(in_other_copy(frame, self._selected, 1)),
            "follow": lambda frame, event: _toggle_option(self._canvas.world, "follow"),
            "whole": lambda frame, event: call_panel(self._canvas.world, "show_whole_arena"),
            "senses": lambda frame, event: _toggle_option(self._canvas.world, "show_senses"),
            "colours": lambda frame, event: self._cycle_colours(),
            "parent": lambda frame, event: self._select_kin(
                frame, "parent_row", "its parent does not live, if it had one"
            ),
            "child": lambda frame, event: self._select_kin(frame, "child_row", "it has no child that lives"),
            "kin": lambda frame, event: self._toggle_kin(frame),
            "lower": lambda frame, event: self._show_next_lower(),
            "spread": lambda frame, event: self._show_next_spread(),
            "silent": lambda frame, event: _toggle_option(self._canvas.brain, "hide_silent"),
            "inspect": lambda frame, event: call_panel(self._canvas.brain, "inspect_last"),
            "drop": self._drop_item,
            "move": lambda frame, event: self._intervene(tools.move_creature(self._selected, self._pointed_place())),
            "swap": lambda frame, event: self._intervene(Intervene(Swap())),
            "let learn": lambda frame, event: self._intervene(tools.toggle_learning(frame)),
            "silence": lambda frame, event: self._intervene(tools.silence_neuron(frame, self._clicked_neuron())),
            "clamp": lambda frame, event: self._intervene(tools.clamp_neuron(frame, self._clicked_neuron())),
            "help": lambda frame, event: self._show_help(),
            "then and now": lambda frame, event: self.ask_run(ThenAndNow()),
            "story": lambda frame, event: self._want_story(),
            "full screen": lambda frame, event: self.wanted.add("full screen"),
            "picture": lambda frame, event: self.wanted.add("picture"),
            "arena alone": lambda frame, event: _toggle_option(self._canvas, "arena_alone"),
            "film": lambda frame, event: self.ask_run(ToggleFilm()),
            "save creature": lambda frame, event: self.ask_run(SaveCreature(*self._selected)),
            "close": lambda frame, event: self._close_inspector(),
            "stop": lambda frame, event: self._request(Stop()),
        }

    def note_frame(self, frame: Frame) -> None:
        """Remember the newest frame, which the actions refer to."""
        self.frame = frame
        self._selected, self._paused, self._tick = frame.selected, frame.paused, frame.tick

    def do_key_action(self, key: Key, event: pygame.Event) -> None:
        """Carry out the action of a key; before the first frame only the one that ends the run."""
        if self.frame is not None:
            self._key_actions[key.action](self.frame, event)
        elif key.action == "stop":
            self._request(Stop())

    def ask_run(self, command: Command | None) -> None:
        """Request the command of a panel or a choice, if the present is in view."""
        if command is None:
            return
        if self._rewind_view.is_on:
            self.note = _PRESENT
            return
        if isinstance(command, Select):
            self._selected = command.species, command.row  # a second key before the next frame goes on from it
        self._request(command)

    def seek_share(self, share: float) -> None:
        """Show the tick at a share of the bar of time."""
        if self.frame is None:
            return
        if self.frame.replay_until is not None:
            self._seek_tick(round(share * self.frame.replay_until))
        else:
            self._look_back(lambda: self._rewind_view.go_to_share(share))

    def timebar_span(self) -> Span | None:
        """Return what the bar of time shows."""
        if self.frame is None or self.frame.replay_until is None:
            return self._rewind_view.timebar_span()
        until = max(1, self.frame.replay_until)
        return Span(0.0, self.frame.tick / until, "tick 0", f"{until:,}")

    def _request(self, command: Command) -> None:
        if isinstance(command, TogglePause):
            self._paused = not self._paused
        elif isinstance(command, SingleTick):
            self._paused = True
        self.requests.append(command)

    def _toggle_pause(self) -> None:
        if self._rewind_view.is_on:
            self._goes_on = True
            self._return_to_present()
        else:
            self._request(TogglePause())

    def _step_forward(self) -> None:
        if self._rewind_view.is_on:
            self._rewind_view.step_frames(1)
        else:
            self._request(SingleTick())

    def _step_back(self, frame: Frame) -> None:
        if frame.replay_until is not None:
            self._seek_tick(self._tick - 1)
        else:
            self._look_back(lambda: self._rewind_view.step_frames(-1))

    def _go_to_oldest(self, frame: Frame) -> None:
        if frame.replay_until is not None:
            self._seek_tick(0)
        else:
            self._look_back(self._rewind_view.go_to_oldest)

    def _go_to_present(self, frame: Frame) -> None:
        if frame.replay_until is not None:
            self._seek_tick(frame.replay_until)
        else:
            self._return_to_present()

    def _look_back(self, go: Callable[[], bool]) -> None:
        """Show an older frame, and pause the run meanwhile."""
        was_on = self._rewind_view.is_on
        if not go():
            self.note = "there is nothing yet to look back on"
        elif not was_on:
            self._goes_on = not self._paused
            if self._goes_on:
                self._request(TogglePause())

    def _return_to_present(self) -> None:
        """Return to the present, and let the run go on if it did before."""
        if self._rewind_view.is_on:
            self._rewind_view.return_to_present()
            if self._goes_on and self._paused:
                self._request(TogglePause())

    def _seek_tick(self, tick: int) -> None:
        """Request a tick of a replay; of several requests before the next frame, the last counts."""
        self.requests = [command for command in self.requests if not isinstance(command, Seek)]
        self._tick = max(0, tick)
        self._request(Seek(self._tick))

    def _drop_item(self, frame: Frame, event: pygame.Event) -> None:
        character = getattr(event, "unicode", "")
        number = int(character) if character in tuple("123456789") else event.key - pygame.K_0
        self._intervene(
            tools.drop_item(frame, call_panel(self._canvas.world, "roles") or (), number, self._pointed_place())
        )

    def _intervene(self, intervention: Intervene | str) -> None:
        if isinstance(intervention, str):
            self.note = intervention
        else:
            self.ask_run(intervention)

    def _pointed_place(self) -> tuple[float, float] | None:
        """Return the place of the arena that the mouse points at."""
        place: tuple[float, float] | None = None
        if self.pointer is not None and self._canvas.panel_at(self.pointer) is self._canvas.world:
            place = call_panel(self._canvas.world, "place_at", self.pointer)
        return place

    def _clicked_neuron(self) -> tuple[int, int] | None:
        neuron: tuple[int, int] | None = getattr(self._canvas.brain, "neuron", None)
        return neuron

    def _cycle_colours(self) -> None:
        self.note = f"creatures are coloured by {call_panel(self._canvas.world, 'cycle_colours')}"

    def _select_kin(self, frame: Frame, who: str, nobody: str) -> None:
        """Select a relative of the selected creature."""
        row: int | None = None if frame.life is None else getattr(frame.life, who)
        if row is None:
            self.note = nobody
        else:
            self.ask_run(Select(frame.selected[0], row))

    def _toggle_kin(self, frame: Frame) -> None:
        _toggle_option(self._canvas.world, "show_kin")
        if self._canvas.world.show_kin:
            count = 0 if frame.life is None else len(frame.life.kin)
            self.note = (
                f"ringed: the {count:,} who descend from the same first creature" if count else "it has no lineage"
            )

    def _show_next_lower(self) -> None:
        self.note = f"below: {call_panel(self._canvas.life, 'show_next')}"

    def _show_next_spread(self) -> None:
        spread = self._canvas.life.population.show_next_spread()
        self.note = f"among those who live: {spread}" if spread else "nobody is born and dies here"

    def _show_help(self) -> None:
        self.helping = True

    def _want_story(self) -> None:
        self._return_to_present()
        self.wanted.add("story")

    def _close_inspector(self) -> None:
        if not call_panel(self._canvas.brain, "close"):
            self._return_to_present()


def _direction(event: pygame.Event) -> int:
    return -1 if event.mod & pygame.KMOD_SHIFT else 1


def _toggle_option(panel: Any, name: str) -> None:
    if hasattr(panel, name):
        setattr(panel, name, not getattr(panel, name))
