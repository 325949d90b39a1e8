"""A day at the desk, replayed in a fast clock: the real product between emulated providers, with invented people.

`stage` starts it, `patients` and `consultants` act, `troubles` befall the providers, `day` moves the clock; afterwards `record`
reads what was kept, `checks` judges it and `report` tells.
"""
