"""The stack `tables`."""

from cdktf import App, TerraformProvider, TerraformStack

from environments import ROLES, Environment, Role
from modules.account import account_id
from modules.tables import GlobalTable, TableKey
from stacks.terraform import output, provider, remote_state, require_terraform


class TablesStack(TerraformStack):
    """DynamoDB global tables, each a table in the primary's region and a replica in the standby's.

    The only stack that needs both regions: the provider reads and changes a replica by way of its
    table. No other stack refers to it, so its loss costs changes to the tables alone; they go on
    serving. docs/outages.md says what it needs when.
    """

    def __init__(self, app: App, environment: Environment) -> None:
        super().__init__(app, "tables")
        require_terraform(self)
        remote_state(self, environment, "tables")
        provider(self, environment, "tables", environment.primary.region)
        region = environment.dr.region
        standby = provider(self, environment, "tables", region, alias="standby")
        key_arns = self._keys(environment, {"primary": None, "dr": standby})
        for table in environment.data.tables:
            GlobalTable(
                self,
                table.name,
                name=environment.table_name(table),
                settings=table,
                protected=environment.deletion_protection,
                key_arns=key_arns if table.own_keys else None,
                replica_provider=standby,
            )
        names = [environment.table_name(table) for table in environment.data.tables]
        output(self, "table_names", ", ".join(names))

    def _keys(
        self, environment: Environment, providers: dict[Role, TerraformProvider | None]
    ) -> tuple[str, str] | None:
        """The ARNs of both regions' keys, the primary's first; None if no table has keys of its
        own."""
        if not any(table.own_keys for table in environment.data.tables):
            return None
        account = account_id(self)
        primary, dr = (
            TableKey(
                self,
                f"{role}_tables",
                alias=environment.tables_key,
                account_id=account,
                protected=environment.deletion_protection,
                provider=providers[role],
            ).arn
            for role in ROLES
        )
        return primary, dr
