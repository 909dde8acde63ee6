"""What is asked, in the words that stand on the screen, and what helps with it. Pure."""

from __future__ import annotations

from station.bench.protocol import Answering, Guide
from station.bench.questions import Questions
from station.bench.task_words import WHICH_NUMBER, what_is_wrong
from station.bench.tasks import Task

__all__ = ["asked", "guide_for"]


def asked(questions: Questions, task: Task) -> str:
    """What is asked of the task in hand."""
    match questions.answering:
        case Answering.SYMPTOM:
            return what_is_wrong(task.look)
        case Answering.NUMBER:
            return WHICH_NUMBER
        case _:
            return task.look


def guide_for(questions: Questions, task: Task, how_far: tuple[str, int, int]) -> Guide:
    """What helps with it; `how_far` the laptop is: in words, and so many of how many."""
    progress, done, whole = how_far
    match questions.answering:
        case Answering.SYMPTOM | Answering.REASON as answering:
            return Guide(answering, choices=tuple(symptom.words for symptom in task.symptoms))
        case Answering.NUMBER:
            return Guide(Answering.NUMBER, progress=progress)
        case answering:
            return Guide(answering, task.purpose, task.steps, progress, done, whole)
