"""How far work is, in one line that fits the terminal. Runs on: the user's shell."""

from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TaskProgressColumn, TextColumn
from rich.table import Column
from rich.text import Text

WIDE, USUAL = 100, 72  # columns of a terminal from which on the bar is long, and from which on there is one
LONG, SHORT = 30, 10  # characters of the bar
NAME_WIDE, NAME = 28, 14  # characters of what is worked at


class Count(MofNCompleteColumn):
    """How much is done of how much, without a colour: only the bar has one, green when all is done."""

    def render(self, task: Task) -> Text:
        """Return "1398/20000"."""
        return Text(super().render(task).plain)


class Clock(ProgressColumn):
    """The time gone and the time left: what a job says of itself (`left`, seconds or None), else by the bar's pace."""

    def render(self, task: Task) -> Text:
        """Return "0:12", or "0:12, 1:05 left"."""
        gone = clock((task.finished_time if task.finished else task.elapsed) or 0.0)
        left = task.fields.get("left", task.time_remaining)
        if task.finished or left is None or " left" in task.fields.get("text", ""):
            return Text(gone)
        return Text(f"{gone}, {clock(left)} left")


def display(console: Console, counted: bool = True, **how: Any) -> Progress:
    """Return a display for this console: name, bar, count (or per cent, for what nobody counts), time, own words.

    A narrow terminal has a shorter bar, or none, and the words go on in a second line: no number is cut.
    """
    width = console.width
    name = TextColumn("{task.description}", table_column=_fixed(NAME_WIDE if width >= WIDE else NAME), markup=False)
    bar = BarColumn(LONG if width >= WIDE else SHORT, complete_style="cyan", finished_style="green", pulse_style="cyan")
    percent = TaskProgressColumn("{task.percentage:>3.0f} %", markup=False, table_column=_fixed())
    count = Count(table_column=_fixed()) if counted else percent
    words = TextColumn("{task.fields[text]}", markup=False, table_column=Column(overflow="fold"))
    columns = [name, *([bar] if width >= USUAL else []), count, Clock(table_column=_fixed()), words]
    return Progress(*columns, console=console, **how)


def _fixed(most: int | None = None) -> Column:
    return Column(no_wrap=True, overflow="ellipsis", max_width=most, style="none")


def clock(seconds: float | None) -> str:
    """Return "1:05", "2:00:07", or nothing for a time that is not known."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
