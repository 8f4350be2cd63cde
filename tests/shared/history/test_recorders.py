"""The eventsourcing library's own test cases, run against both stores."""

import tempfile
import warnings
from itertools import count
from pathlib import Path
from unittest import TestCase

import psycopg
from baoxue_shared.history import recorder
from baoxue_shared.history.postgres import PostgresStore
from baoxue_shared.history.postgres_schema import migrate_postgres
from baoxue_shared.history.sqlite import SQLiteStore, migrate_sqlite
from baoxue_shared.testing.postgres import running_postgres

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
    numbers = count()

    @classmethod
    def setUpClass(cls):
        cls.admin_dsn = cls.enterClassContext(running_postgres())

    def create_recorder(self):
        name = f"toy{next(self.numbers)}"
        with psycopg.connect(self.admin_dsn, autocommit=True) as connection:
            connection.execute(f"create database {name}".encode())
        dsn = self.admin_dsn.replace("dbname=postgres", f"dbname={name}")
        role = migrate_postgres(dsn, "toy")
        made = self.recorder_class(PostgresStore(dsn.replace("user=postgres", f"user={role}"), "toy"))
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
