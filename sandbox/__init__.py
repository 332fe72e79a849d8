"""The embedded cloud: the real `__main__.py` deployed on AWS's API as moto answers it, no account.

It runs the program as Pulumi's engine would and calls providers through Pulumi's own interface.
No sizes, rules or knowledge of components belong here; they are the program's.
"""
