"""What happens to instances after they are launched, which moto does not simulate.

moto's state has no locks, so nothing here changes it in a thread: time passes between two requests
(`passing_time.py`).
"""
