"""The exercises: what the laptop is made to do so that it can be measured. Each gives one item, `exercise-NAME`.

They are the one part of the probe that changes something on the laptop (a mixer, a radio switch, what is on the
screen), and each puts back what it changed; the screen, without which a person learns nothing any more, is put back by
whoever survives the exercise. Nothing here writes to a disk.

    runner       checks the arguments, writes the frames
    supervisor   the exercise in a process of its own: deadline, stop, kill, exactly one outcome
    worker       that process: puts back what was changed, ends what was started
    ending       how long it takes to end one, which of them change anything
    session      what an exercise is given: time left, progress, files, tools, what to put back
    NAME.py      one exercise: ARGUMENTS (what it may be told) and run(session, ...) -> what was measured
"""
