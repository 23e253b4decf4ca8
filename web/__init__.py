"""How answers reach people and programs: the pages, the JSON endpoint and the command line."""
