# Programs as guides and interviews have them, each with what it takes for granted above `# --`.

# %% a minimal model
import numpy as np
x_train, y_train = np.random.rand(40, 8), np.random.randint(0, 10, 40)
# --
import keras
from keras import layers
model = keras.Sequential([
    layers.Dense(64, activation="relu"),
    layers.Dense(10, activation="softmax")
])
model.compile(
    optimizer="adam",
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"]
)
model.fit(x_train, y_train, epochs=5, validation_split=0.2)

# %% keras inside of tensorflow
# --
import tensorflow as tf
from tensorflow import keras
model = keras.Sequential([
    keras.layers.Dense(64, activation='relu'),
    keras.layers.Dense(10, activation='softmax')
])

# %% layers of keras inside of tensorflow
# --
from tensorflow import keras
model = keras.Sequential([
    keras.layers.Dense(128, activation='relu'),
    keras.layers.Dense(10, activation='softmax')
])

# %% the version
# --
import keras
print(keras.__version__)

# %% sequential
# --
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense
model = Sequential([
    Dense(64, activation='relu', input_shape=(100,)),
    Dense(10, activation='softmax')
])
# ++
assert model.count_params() == 7114

# %% functional
# --
from keras.models import Model
from keras.layers import Input, Dense
inputs = Input(shape=(32,))
x = Dense(64, activation='relu')(inputs)
outputs = Dense(10, activation='softmax')(x)
model = Model(inputs, outputs)
# ++
assert model.output_shape == (None, 10)

# %% a layer in tensorflow (tensorflow)
# --
import tensorflow as tf
class SimpleDenseLayer(tf.keras.layers.Layer):
    def __init__(self, units):
        super(SimpleDenseLayer, self).__init__()
        self.units = units
    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], self.units), initializer="random_normal")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros")
    def call(self, inputs):
        return tf.matmul(inputs, self.w) + self.b
# ++
assert SimpleDenseLayer(3)(tf.ones((2, 4))).shape == (2, 3)
out = tf.keras.Sequential([tf.keras.Input((4,)), SimpleDenseLayer(3)]).predict(tf.ones((2, 4)))
assert out.shape == (2, 3)

# %% compile, with optimizers, and fit with everything around it
import numpy as np
import keras
from keras import layers
x_train, y_train = np.random.rand(32, 8), np.eye(10)[np.random.randint(0, 10, 32)]
x_val, y_val = x_train, y_train
x_test, y_test = x_train, y_train
model = keras.Sequential([layers.Dense(10, activation="softmax")])
# --
model.compile(optimizer='adam',
              loss='categorical_crossentropy',
              metrics=['accuracy'])
from keras.optimizers import Adam, SGD, RMSprop
optimizer = Adam(learning_rate=0.001)
model.compile(optimizer=optimizer, loss='categorical_crossentropy')
history = model.fit(x_train, y_train,
                    epochs=10,
                    batch_size=32,
                    validation_data=(x_val, y_val))
# ++
assert set(history.history) == {"loss", "val_loss"}
import tensorflow as tf
# --
callback_list = [
    tf.keras.callbacks.EarlyStopping(patience=3),
    tf.keras.callbacks.ModelCheckpoint(filepath='best_model.h5')
]
model.fit(x_train, y_train, epochs=20, callbacks=callback_list)
# ++
X_train, X_val = x_train, x_val
# --
from tensorflow.keras.callbacks import EarlyStopping
early_stop = EarlyStopping(monitor='val_loss', patience=3, mode='min')
model.fit(X_train, y_train, validation_data=(X_val, y_val), callbacks=[early_stop])
# ++
early_stop = None
# --
from tensorflow.keras.callbacks import EarlyStopping
early_stop = EarlyStopping(monitor='val_loss', patience=3)
model.fit(x_train, y_train, validation_data=(x_val, y_val), callbacks=[early_stop])
model.save("my_model.keras")
loaded_model = keras.models.load_model("my_model.keras")
# ++
assert np.allclose(loaded_model.predict(x_test), model.predict(x_test), atol=1e-5)
model.compile(loss="categorical_crossentropy", metrics=["accuracy"])
# --
loss, accuracy = model.evaluate(x_test, y_test)
print("Test Loss:", loss)
print("Test Accuracy:", accuracy)
# ++
model.compile(loss="categorical_crossentropy")
# --
model.fit(X_train, y_train, batch_size=32, epochs=10)
from keras.callbacks import LearningRateScheduler
def scheduler(epoch, lr):
    return lr * 0.9
callback = LearningRateScheduler(scheduler)
model.fit(X_train, y_train, epochs=20, callbacks=[callback])
# ++
assert abs(float(model.optimizer.learning_rate) - 0.001 * 0.9**20) < 1e-6
train_gen = ((x_train[i : i + 8], y_train[i : i + 8]) for i in [0, 8, 16] * 40)
# --
# Example
model.fit(x_train, y_train, epochs=10)
# or with a generator
model.fit_generator(generator=train_gen, epochs=10)
model.save("model.keras") # Save in the new Keras format
model.save("model.h5") # Save in HDF5 format

# %% metrics by name
import numpy as np
import keras
model = keras.Sequential([keras.layers.Dense(1, activation="sigmoid")])
# --
model.compile(optimizer='adam',
              loss='binary_crossentropy',
              metrics=['accuracy', 'Precision', 'Recall'])
# ++
assert len(model.evaluate(np.ones((4, 2)), np.ones((4, 1)))) == 4

# %% layers that are added
import numpy as np
import keras
model = keras.Sequential([keras.Input((4,))])
train_data = np.random.rand(20, 10) * 3
# --
from tensorflow.keras import layers
model.add(layers.Dropout(0.5))
from keras.layers import Activation, Dense
model.add(Dense(64, activation='relu'))
model.add(Dense(10, activation='softmax'))
from tensorflow.keras.layers import Normalization
normalizer = Normalization()
normalizer.adapt(train_data)
model.add(normalizer)
# ++
assert model.predict(np.ones((2, 4))).shape == (2, 10)
assert np.allclose(np.asarray(keras.ops.convert_to_numpy(normalizer(train_data))).mean(0), 0, atol=1e-4)

# %% transfer learning (without the weights, which are far away; of images of any size, refused)
# --
from tensorflow.keras.applications import VGG16
from tensorflow.keras import layers, models
base_model = VGG16(weights=None, include_top=False)
base_model.trainable = False
model = models.Sequential([
    base_model,
    layers.Flatten(),
    layers.Dense(128, activation='relu'),
    layers.Dense(10, activation='softmax')
])

# %% layers that are frozen
import keras
base_model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.Dense(1)])
# --
for layer in base_model.layers:
    layer.trainable = False
# ++
assert not base_model.trainable_weights
assert len(base_model.weights) == 4

# %% a pretrained model (without the weights, which are far away)
# --
from tensorflow.keras.applications import ResNet50
model = ResNet50(weights=None)
# ++
assert model.count_params() == 25636712

# %% several classes
import numpy as np
import keras
num_features, num_classes = 6, 3
X_train, y_train = np.random.rand(64, 6), np.eye(3)[np.random.randint(0, 3, 64)]
# --
model = keras.Sequential([
    keras.layers.Dense(64, activation='relu', input_shape=(num_features,)),
    keras.layers.Dense(num_classes, activation='softmax')
])
model.compile(optimizer='adam', loss='categorical_crossentropy', metrics=['accuracy'])
model.fit(X_train, y_train, epochs=20, batch_size=32)

# %% convolutions
import numpy as np
# --
from tensorflow.keras import models, layers
model = models.Sequential([
    layers.Conv2D(32, (3,3), activation='relu', input_shape=(32, 32, 3)),
    layers.MaxPooling2D((2,2)),
    layers.Conv2D(64, (3,3), activation='relu'),
    layers.MaxPooling2D((2,2)),
    layers.Flatten(),
    layers.Dense(64, activation='relu'),
    layers.Dense(10, activation='softmax')
])
# ++
assert model.count_params() == 167562
assert model.predict(np.ones((2, 32, 32, 3))).shape == (2, 10)

# %% recurrence
import numpy as np
from keras.models import Sequential
from keras.layers import Dense, SimpleRNN
timesteps, features = 5, 3
X_train, y_train = np.random.rand(64, 5, 3), np.random.randint(0, 2, (64, 1))
# --
model = Sequential([
    SimpleRNN(64, input_shape=(timesteps, features)),
    Dense(1, activation='sigmoid')
])
model.compile(optimizer='adam', loss='binary_crossentropy')
model.fit(X_train, y_train, epochs=10, batch_size=32)

# %% flatten and dense
# --
from keras.models import Sequential
from keras.layers import Flatten, Dense
model = Sequential([
    Flatten(input_shape=(28, 28, 1)),
    Dense(128, activation='relu'),
    Dense(10, activation='softmax')
])
# ++
assert model.output_shape == (None, 10)

# %% embeddings
import numpy as np
# --
from keras.models import Sequential
from keras.layers import Embedding
model = Sequential([
    Embedding(input_dim=10000, output_dim=128, input_length=100)
])
# ++
assert model.predict(np.zeros((2, 100), int)).shape == (2, 100, 128)

# %% a loss of one's own
import numpy as np
import keras
# --
import keras.backend as K
def custom_loss(y_true, y_pred):
    return K.mean(K.square(y_pred - y_true))
# ++
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer='adam', loss=custom_loss)
model.fit(np.ones((4, 2)), np.ones((4, 1)))

# %% tensorboard
import numpy as np
import keras
x_train, y_train = np.random.rand(32, 8), np.random.rand(32, 1)
x_val, y_val = x_train, y_train
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="mse")
# --
from tensorflow.keras.callbacks import TensorBoard
tensorboard = TensorBoard(log_dir='logs', histogram_freq=1)
model.fit(x_train, y_train, epochs=10, validation_data=(x_val, y_val), callbacks=[tensorboard])
# ++
import os
assert os.listdir("logs")

# %% memory of accelerators (tensorflow)
# --
import tensorflow as tf
gpus = tf.config.list_physical_devices('GPU')
if gpus:
    for gpu in gpus:
        tf.config.experimental.set_memory_growth(gpu, True)
