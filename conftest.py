"""Plugins of the test run; settings stand in tests/conftest.py."""

pytest_plugins = ("tests.support.acceptance",)
