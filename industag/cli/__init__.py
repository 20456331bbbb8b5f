"""The command line: each command has the name of the function that it calls, and a module of its own.

tag, report, score, explain     use a model
train, evaluate, harvest        make one, measure it, and look for what it could still learn
taxonomy, model                 look at either, check and exchange them
group, options                  what they are all in, and what they share
"""

from industag.cli.group import main

__all__ = ["main"]
