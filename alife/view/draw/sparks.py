"""The sparks of events: a ring that opens where something happened and a word that rises, both gone in a moment."""

from dataclasses import dataclass
from functools import lru_cache

import pygame

from alife.core.frame import Frame, FrameEvent
from alife.core.scene import Circles, Scene
from alife.view.draw import theme
from alife.view.draw.geometry import Fit, pixels_of, place_of, spot_of
from alife.view.draw.sprites import SPARK_AGES, Sprites
from alife.view.draw.text import TextRenderer

_CALM = 36  # pictures for which the spark of an intervention is drawn; any other for `SPARK_AGES`
_KEPT = 48
_MANY = 60  # creatures: where there are more, only the selected one has sparks
_mixed = lru_cache(64)(theme.mix)
_NUMBERS = 24  # of the newest sparks: more than these cannot be read
_LIVES = ("born", "died")  # causes of events at which a life begins or ends


@dataclass
class _Spark:
    creature: tuple[str, int]  # ("", -1) where it happened to no creature
    value: float
    word: str = ""  # what an intervention did, or that it was born or died
    by_hand: bool = False
    place: tuple[float, float] | None = None  # in world units, where it stays; None: with the creature
    age: int = 0

    @property
    def duration(self) -> int:
        """For how many pictures it is drawn."""
        return _CALM if self.by_hand else SPARK_AGES


class Sparks:
    """Keeps the newest events of the world, and what an intervention did, for some pictures."""

    def __init__(self) -> None:
        self._sparks: list[_Spark] = []
        self._seen: tuple[str, int, int] | None = None
        self._scene: Scene | None = None  # of the frame before

    def record_events(self, frame: Frame) -> None:
        """Record the events since the last frame, and let the older sparks age by a picture."""
        now = (frame.name, frame.copy, frame.tick)
        same = self._seen is not None and now[:2] == self._seen[:2] and now[2] >= self._seen[2]
        if not same:
            self._sparks.clear()
        since = self._seen[2] if same and self._seen is not None else -1
        self._seen = now
        new_sparks = _new_sparks(_events_to_show(frame, since), frame, self._scene)
        self._scene = frame.scene
        if frame.paused and since == frame.tick and not new_sparks:
            return  # the clock stands still, and so do the sparks
        for spark in self._sparks:
            spark.age += 1
        self._sparks = [
            spark for spark in self._sparks if spark.age < spark.duration and not _replaced(spark, new_sparks)
        ]
        self._sparks = (self._sparks + new_sparks)[-_KEPT:]

    def forget_frames(self) -> None:
        """Forget the events of all frames."""
        self._sparks.clear()
        self._seen = None

    def draw_sparks(
        self, surface: pygame.Surface, scene: Scene, fit: Fit, renderer: TextRenderer, sprites: Sprites
    ) -> None:
        """Draw the sparks where their creatures are now, and what happened to none of them at the top."""
        first = len(self._sparks) - _NUMBERS
        rings: list[tuple[pygame.Surface, tuple[int, int]]] = []
        words: list[tuple[pygame.Surface, tuple[int, int]]] = []
        for index, (x, y, radius) in _pixels_of_sparks(self._sparks, scene, fit, renderer.pixels(7)).items():
            spark = self._sparks[index]
            ring = sprites.spark_sprite(_spark_colour(spark), radius, spark.age * SPARK_AGES // spark.duration)
            rings.append((ring, (round(x) - ring.get_width() // 2, round(y) - ring.get_height() // 2)))
            text = spark.word or (f"{spark.value:+.3g}" if spark.value else "")
            if text and index >= first:
                word = renderer.render_text(text, _text_colour(spark), theme.TITLE, bold=True)
                words.append((word, _text_corner(spark, word, (x, y), radius, fit, renderer)))
        surface.fblits(rings)
        surface.fblits(_apart(words))
        self._draw_banner(surface, fit, renderer)

    def _draw_banner(self, surface: pygame.Surface, fit: Fit, renderer: TextRenderer) -> None:
        words = [spark for spark in self._sparks if spark.by_hand and spark.creature[1] < 0]
        if words:
            at = fit.area.centerx, fit.area.top + renderer.pixels(8)
            text = "by hand: " + ", ".join(dict.fromkeys(spark.word for spark in words))
            width = fit.area.width - renderer.pixels(12)
            renderer.write(
                surface, text, at=at, anchor="midtop", colour=_text_colour(words[-1]), bold=True, width=width
            )


def _events_to_show(frame: Frame, since: int) -> list[FrameEvent]:
    """Return the events after a tick, and what an intervention did at it."""
    circles = [one for one in frame.scene.shapes if isinstance(one, Circles)]
    crowded = sum(len(one.rows) for one in circles if one.rows is not None) > _MANY
    return [
        one
        for one in frame.events
        if (one.tick > since and (not crowded or one.cause in _LIVES or (one.species, one.row) == frame.selected))
        or (one.tick >= since and one.source == "intervention")
    ]


def _new_sparks(events: list[FrameEvent], frame: Frame, before: Scene | None) -> list[_Spark]:
    """Return a spark for all gains and one for all losses of each creature, each birth and death, each intervention."""
    sums: dict[tuple[str, int, bool], float] = {}
    others: list[_Spark] = []
    for event in events:
        creature = event.species, event.row
        if event.source == "intervention":
            others.append(_Spark(creature, 0.0, event.cause, by_hand=True, place=event.place))
        elif event.source == "world" and event.cause in _LIVES:
            others.append(_Spark(creature, event.value, event.cause, place=_life_place(event, frame, before)))
        elif event.source == "world":
            key = *creature, event.value < 0
            sums[key] = sums.get(key, 0.0) + event.value
    return [_Spark((species, row), value) for (species, row, _), value in sums.items()] + others


def _life_place(event: FrameEvent, frame: Frame, before: Scene | None) -> tuple[float, float] | None:
    """Return where somebody died: in its row another may be by now, elsewhere. A newborn takes its spark along."""
    if event.cause == "born":
        return None
    spot = spot_of(frame.scene if before is None or event.tick >= frame.tick else before, (event.species, event.row))
    return spot.position if spot is not None else None


def _replaced(old: _Spark, new_sparks: list[_Spark]) -> bool:
    """Return whether the creature has a new spark of the same kind: two on one place are unreadable."""
    return any(
        new.creature == old.creature
        and (new.value < 0) == (old.value < 0)
        and bool(new.word) == bool(old.word)
        and old.place is None
        for new in new_sparks
    )


def _pixels_of_sparks(
    sparks: list[_Spark], scene: Scene, fit: Fit, least: float
) -> dict[int, tuple[float, float, float]]:
    """Return the pixel of each spark in view, by its index in the list, and the radius of its creature in pixels."""
    found: dict[int, tuple[float, float, float]] = {}
    shapes = [one for one in scene.shapes if isinstance(one, Circles) and one.rows is not None] if sparks else []
    for index, spark in enumerate(sparks):
        species, row = spark.creature
        if spark.place is not None:
            for x, y in pixels_of(spark.place, 0.0, scene, fit):
                found[index] = x, y, least
            continue
        for shape in shapes:
            centre = place_of(shape, row) if shape.species == species else None
            for x, y in pixels_of(centre, 0.0, scene, fit) if centre is not None else ():
                found[index] = x, y, max(fit.length(shape.radius), least)
    return found


def _spark_colour(spark: _Spark) -> theme.Colour:
    if spark.by_hand:
        return theme.INTERVENTION
    if spark.word:
        return theme.TEXT if spark.word == "born" else theme.LOSS
    return theme.MUTED if spark.value == 0 else theme.GAIN if spark.value > 0 else theme.LOSS


def _text_colour(spark: _Spark) -> theme.Colour:
    """Return the colour of its text; eight shades are enough to fade, and keep the cache of text small."""
    return _mixed(_spark_colour(spark), theme.FIELD, round((spark.age / spark.duration) ** 2 * 8) / 8)


def _apart(
    words: list[tuple[pygame.Surface, tuple[int, int]]],
) -> list[tuple[pygame.Surface, tuple[int, int]]]:
    """Return words moved upwards until none covers another; what then leaves the picture cannot be shown."""
    placed: list[pygame.Rect] = []
    for word, corner in words:
        box = word.get_rect(topleft=corner)
        while (met := box.collidelist(placed)) >= 0:
            box.bottom = placed[met].top
        placed.append(box)
    return [(word, box.topleft) for (word, _), box in zip(words, placed, strict=True)]


def _text_corner(
    spark: _Spark, word: pygame.Surface, at: tuple[float, float], radius: float, fit: Fit, renderer: TextRenderer
) -> tuple[int, int]:
    """Return the corner of the text of a spark, placed so that a gain and a loss never meet."""
    width, height = word.get_size()
    unit = renderer.unit
    rise = radius + unit * (10 + 18 * (0.5 if spark.by_hand else spark.age / spark.duration))
    aside = 0.0 if spark.word else 10 * unit if spark.value > 0 else -10 * unit
    x, y = at[0] + aside - width / 2, at[1] - rise - height / 2
    x = max(min(x, fit.area.right - width - 4 * unit), fit.area.left + 4 * unit)
    return round(x), round(max(y, fit.area.top))
