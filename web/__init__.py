"""How answers reach people and programs: the pages, the JSON endpoint and the command line."""

from web.app import create_app

__all__ = ["create_app"]
