"""DynamoDB global tables: the tables, their keys and alarms, and the instances' access."""

from modules.tables.access import TableAccess, use_key, use_tables
from modules.tables.alarms import TableAlarms
from modules.tables.global_table import GlobalTable
from modules.tables.key import TableKey

__all__ = ["GlobalTable", "TableAccess", "TableAlarms", "TableKey", "use_key", "use_tables"]
