"""Long runs: from paths to one result, by any number of processes, whole or not at all.

chunks      the input dealt into pieces of work
workers     who does them
memory      what keeps a long run as small as it begins
journal     what is safe on the disk, so that a run that was cut short can go on
progress    what a person or a program gets to know meanwhile
run         all of it
"""
