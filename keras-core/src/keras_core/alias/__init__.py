"""``import keras_core.alias``, as the first line of a program: `keras` means Keras Core from there.

The same is done by ``keras-core run program.py``, ``python -m keras_core.alias program.py`` and
``pytest --keras-core-alias``. These three let the program choose its backend itself, by
``os.environ["KERAS_BACKEND"]``.

Example:

>>> import keras_core.alias
>>> from keras.layers import Dense
>>> import keras_core
>>> Dense is keras_core.layers.Dense
True
"""

from keras_core_plugins.alias import switch

switch()
