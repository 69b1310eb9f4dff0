"""Each mechanism against a row of FAULTS, and the test that notices when it is taken out.

One in twenty is run for each change.
"""
# ruff: noqa: E501  # lines of the source stand as they are there

import pytest
from mutation import assert_caught

pytestmark = pytest.mark.one_in(20)
HERE = "tests/reliability"
FETCH = "tests/core/data/test_fetch.py"
TRAINING = "tests/backends/training"
HOSTILE = f"{HERE}/test_hostile_files.py"
FAULTS = {
    "L1 kinds": (
        ("objects/lookup.py", "    if inspect.isclass(found):\n        raise serialization.Config",
         "    if False:\n        raise serialization.Config"),
        f"{HERE}/test_kinds.py",
    ),
    "L7 links": (
        ("saving/hdf5.py", "if kind != h5py.h5l.TYPE_HARD:", "if False:"),
        f"{HOSTILE}::test_hdf5",
    ),
    "L7 data elsewhere": (
        ("saving/hdf5.py", "if layout not in (h5py.h5d.CONTIGUOUS, h5py.h5d.CHUNKED) or plan.get_ext"
         "ernal_count():", "if False:"),
        f"{HOSTILE}::test_hdf5",
    ),
    "L8 shapes": (
        ("saving/hdf5.py", "            if not whole:\n", "            if False:\n"),
        f"{HOSTILE}::test_hdf5",
    ),
    "L9 models larger than their files": (
        ("tensors/scopes.py", "        if self._left < 0:\n", "        if False:\n"),
        f"{HOSTILE}::test_a_model_is_not_larger_than_its_weights",
    ),
    "L10 archives": (
        ("saving/archives.py", "        self._check()\n", "        pass\n"),
        f"{HOSTILE}::test_archives",
    ),
    "L11 keys twice": (
        ("saving/files.py", "        if len(out) != len(pairs):\n", "        if False:\n"),
        f"{HOSTILE}::test_configs",
    ),
    "L13 arrays of backups": (
        ("callbacks/state_file.py", "if not stored or sum(i.file_size for i in infos.values()) > size:",
         "if False:"),
        f"{HERE}/test_backup.py::test_a_backup_that_says_it_is_huge_takes_no_memory",
    ),
    "L14 checksums": (
        ("saving/archives.py", "if window.checksum() != info.CRC:", "if False:"),
        f"{HERE}/test_damage.py::test_every_flipped_bit_is_told",
    ),
    "L14 checksums of safetensors": (
        ("saving/safetensors.py", "if metadata.get(_CHECKSUM, own := _checksum_of(arrays)) != own:",
         "if False:"),
        f"{HERE}/test_safetensors.py",
    ),
    "L15 values that do not fit": (
        ("saving/walk.py", "    if lost.any():\n", "    if False:\n"),
        f"{HOSTILE}::test_values_that_do_not_fit_are_named_and_nothing_changes",
    ),
    "L16 pipes": (
        [
            ("saving/files.py", "if not stat.S_ISREG(path.stat().st_mode):", "if False:"),
            ("saving/files.py", "if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):", "if False:"),
        ],
        f"{HOSTILE}::test_pipes_do_not_hang",
    ),
    "isolation: answers": (
        ("saving/isolated.py", "if not all(type(n) is int and n >= 0 for n in shape):", "if False:"),
        f"{HERE}/test_isolation.py",
    ),
    "isolation: time": (
        ("saving/isolated.py", "timer = threading.Timer(SECONDS, end)",
         "timer = threading.Timer(1e6, end)"),
        f"{HERE}/test_isolation.py",
    ),
    "isolation: memory": (
        ("saving/isolated.py", "    resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))\n",
         ""),
        f"{HERE}/test_isolation.py::test_a_fault_of_the_process_is_an_error",
    ),
    "L3 code in files": (
        ("objects/serialization.py",
         "    if in_safe_mode() if safe_mode is None else safe_mode or loads_safely():", "    if False:"),
        "tests/core/saving/test_saving.py::test_lambdas_are_refused",
    ),
    "L4 scopes that weaken": (
        ("objects/serialization.py", "_safe_mode.set(True if outer is True else safe_mode)",
         "_safe_mode.set(safe_mode)"),
        f"{HERE}/test_scopes.py",
    ),
    "L12 expressions": (
        ("objects/patterns.py", "if _ways(pattern) > MOST:", "if False:"),
        f"{HERE}/test_effects.py::test_expressions_that_take_for_ever_are_refused",
    ),
    "D3 cut downloads": (
        ("data/fetch.py", "        if total is not None and done < total:\n", "        if False:\n"),
        FETCH,
    ),
    "D5 addresses": (("data/fetch.py", "if scheme not in _SCHEMES:", "if False:"), FETCH),
    "D7 names": (
        ("data/fetch.py", 'if os.path.basename(name) != name or name in ("", ".", ".."):', "if False:"),
        FETCH,
    ),
    "S7 one moment": (
        ("training/trainer.py", "                with at_rest:\n", "                with nullcontext():\n"),
        f"{TRAINING}/test_threads.py::test_a_file_that_is_saved_beside_training_is_of_one_step",
    ),
    "T6 errors of workers": (
        ("data/workers.py", "        e.add_note(f\"It was raised for batch", "        str(f\"It was raised for batch"),
        "tests/core/data/test_worker_errors.py",
    ),
    "B4 numbers of batches": (
        ("data/adapters.py", "        if value is not None and (\n            isinstance(value, bool)",
         "        if False and (\n            isinstance(value, bool)"),
        f"{HERE}/test_data_arguments.py::test_batch_sizes",
    ),
    "R3 the batch that was too large": (
        ("training/notes.py", "        error.add_note(", "        str("),
        f"{TRAINING}/test_out_of_memory.py",
    ),
    "S1 left-over files": (
        ("base/files.py", "    _remove_left_over(target)\n", ""),
        f"{HERE}/test_disk.py::test_the_next_save_removes_what_dead_processes_have_left",
    ),
    "S2 saving onto the file": (
        ("base/files.py", "            yield temporary\n            temporary.chmod(mode)",
         "            yield target\n            return\n            temporary.chmod(mode)"),
        f"{HERE}/test_disk.py::test_an_error_while_saving_leaves_the_old_file",
    ),
    "S3 full disks": (
        ("saving/files.py", "            self.failure = e\n        self._at += len(view)",
         "            raise\n        self._at += len(view)"),
        f"{HERE}/test_disk.py::test_a_full_disk_is_told_and_the_old_file_stays",
    ),
    "S4 order of writing": (
        ("base/files.py", "                os.fsync(f.fileno())\n            os.replace",
         "                pass\n            os.replace"),
        f"{HERE}/test_disk.py::test_the_data_are_on_the_disk_before_the_name_is",
    ),
    "T1 the order of arrays": (
        ("data/source.py", "            host_generator().bit_generator.state = self._order\n", ""),
        "tests/backends/training/test_resume.py",
    ),
    "T1 the order of loaders": (
        ("data/order.py", "            self._adapter.set_order(self._x, order)\n", "            pass\n"),
        "tests/backends/training/test_resume.py",
    ),
    "T1 the order of tf.data": (
        ("data/order.py", "if self._adapter.counts_passes:", "if False:"),
        "tests/backends/training/test_resume.py",
    ),
    "T2 the best, with a backup": (
        ("callbacks/steering.py", 'return {"best": self.best, "batches": batches}',
         'return {"best": None, "batches": batches}'),
        f"{HERE}/test_backup.py::test_a_restart_keeps_what_was_best",
    ),
    "T2 the best, without one": (
        ("callbacks/steering.py", "            self.best = self._best_in(Path(self.filepath))\n", ""),
        "tests/core/callbacks/test_callbacks.py::test_a_new_run_does_not_replace_what_was_better",
    ),
    "T3 torn backups": (
        ("callbacks/backup.py", "                failed.append(e)\n                continue\n",
         "                raise\n"),
        f"{HERE}/test_backup.py::test_a_torn_backup_falls_back_on_the_one_before",
    ),
    "T4 the last epoch": (
        ("training/run.py", "        self.is_complete = False\n", "        self.is_complete = True\n"),
        f"{HERE}/test_backup.py::test_an_interruption_in_the_last_epoch_keeps_the_backup",
    ),
    "T5 weights that are not finite": (
        ("callbacks/backup.py", "if broken is not None:", "if False:"),
        f"{HERE}/test_backup.py::test_weights_that_are_not_finite_are_never_saved_over_finite_ones",
    ),
    "T7 workers that hang": (
        [
            ("data/workers.py", "                thread.join(_GRACE)\n", "                thread.join(60)\n"),
            ("data/workers.py", "        if not hangs:\n            for thread", "        if True:\n            for thread"),
        ],
        f"{HERE}/test_signals.py",
    ),
    "X1 torn rows": (
        ("callbacks/logging.py", "                file.truncate(end)\n", "                pass\n"),
        "tests/core/callbacks/test_callbacks.py::"
        "test_a_row_that_was_not_written_to_its_end_is_taken_off",
    ),
    "X1 ends of callbacks": (
        ("callbacks/callback_list.py", '                self._end_each(f"on_{what}_end", begun, {})\n',
         "                pass\n"),
        "tests/core/callbacks/test_callbacks.py::test_each_callback_gets_its_end",
    ),
    "B3 complex values": (
        ("tensors/native.py", "    if dtype not in _COMPLEX:\n", "    if False:\n"),
        "tests/backends/test_sizes_from_tensors.py::test_complex_values_are_not_cut",
    ),
    "B5 values that are not finite": (
        ("data/validation.py", "        if len(wrong):\n", "        if False:\n"),
        f"{HERE}/test_data_values.py",
    ),
    "B8 names": (
        ("base/names.py", "name.isprintable() and", ""),
        f"{HERE}/test_arguments.py",
    ),
    "C3 scopes of tasks": (
        ("base/thread_value.py",
         "        before = self.get()\n        self._variable.set(value)\n        return before\n",
         "        before = self.get()\n        self.get = lambda: value\n        return before\n"),
        f"{HERE}/test_scopes.py",
    ),
    "C5 owners": (
        ("callbacks/backup.py", "        self._owned.take()\n", ""),
        f"{HERE}/test_backup.py::test_a_folder_has_one_owner",
    ),
    "P7 a backend that was changed": (
        ("training/batches.py", "        check_environment_drift()\n", ""),
        "tests/plugins/test_changes.py",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_the_test_notices(name, tmp_path):
    change, test = FAULTS[name]
    assert_caught(tmp_path, change if isinstance(change, list) else [change], test)
