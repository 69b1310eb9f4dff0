"""What a saved model does on each of the installed backends: ``keras-core diff`` and ``keras-core
bench``. A process is locked to one backend, so each runs in a process of its own.
"""
