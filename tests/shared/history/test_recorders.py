"""The eventsourcing library's own test cases, run against both stores."""

import tempfile
import warnings
from pathlib import Path
from unittest import TestCase

import pytest
from baoxue_shared.history import recorder
from baoxue_shared.history.postgres import PostgresStore
from baoxue_shared.history.sqlite import SQLiteStore, migrate_sqlite

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from eventsourcing.tests import persistence as library


class OnSQLite(TestCase):
    recorder_class = None

    def create_recorder(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = Path(folder.name) / "toy.sqlite3"
        migrate_sqlite(path, "toy")
        made = self.recorder_class(SQLiteStore(path, "toy"))
        self.addCleanup(made.close)
        return made


class OnPostgreSQL(TestCase):
    recorder_class = None

    @pytest.fixture(autouse=True)
    def databases(self, fresh):
        self.fresh = fresh

    def create_recorder(self):
        made = self.recorder_class(PostgresStore(self.fresh("toy").app, "toy"))
        self.addCleanup(made.close)
        return made


class TestAggregateRecorderOnSQLite(OnSQLite, library.AggregateRecorderTestCase):
    recorder_class = recorder.StoreAggregateRecorder


class TestApplicationRecorderOnSQLite(OnSQLite, library.ApplicationRecorderTestCase):
    recorder_class = recorder.StoreApplicationRecorder


class TestTrackingRecorderOnSQLite(OnSQLite, library.TrackingRecorderTestCase):
    recorder_class = recorder.StoreTrackingRecorder


class TestProcessRecorderOnSQLite(OnSQLite, library.ProcessRecorderTestCase):
    recorder_class = recorder.StoreProcessRecorder


class TestNonInterleavingOnSQLite(OnSQLite, library.NonInterleavingNotificationIDsBaseCase):
    recorder_class = recorder.StoreApplicationRecorder


class TestAggregateRecorderOnPostgreSQL(OnPostgreSQL, library.AggregateRecorderTestCase):
    recorder_class = recorder.StoreAggregateRecorder


class TestApplicationRecorderOnPostgreSQL(OnPostgreSQL, library.ApplicationRecorderTestCase):
    recorder_class = recorder.StoreApplicationRecorder


class TestTrackingRecorderOnPostgreSQL(OnPostgreSQL, library.TrackingRecorderTestCase):
    recorder_class = recorder.StoreTrackingRecorder


class TestProcessRecorderOnPostgreSQL(OnPostgreSQL, library.ProcessRecorderTestCase):
    recorder_class = recorder.StoreProcessRecorder


class TestNonInterleavingOnPostgreSQL(OnPostgreSQL, library.NonInterleavingNotificationIDsBaseCase):
    recorder_class = recorder.StoreApplicationRecorder
