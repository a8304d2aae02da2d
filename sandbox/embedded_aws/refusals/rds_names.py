"""RDS: names of databases and users, and passwords.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
"""

import re
from collections.abc import Iterable

from moto.rds.models import rds_backends

from modules.regions import GLOBAL_REGION
from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.rds_engines import AURORA_MYSQL, MYSQL, POSTGRES, POSTGRESQLS
from sandbox.embedded_aws.refusals.rds_known import WRONG, backend, cluster_of, instance_of
from sandbox.embedded_aws.refusals.rule import Rules

IDENTIFIER = re.compile(r"(?!.*--)[A-Za-z][A-Za-z0-9-]*(?<!-)")
LONGEST = 63
SUBNET_GROUP = re.compile(r"[A-Za-z][A-Za-z0-9._ -]*")
LONGEST_GROUP = 255
IDENTIFIERS = (
    "DBClusterIdentifier",
    "DBInstanceIdentifier",
    "GlobalClusterIdentifier",
    "NewDBClusterIdentifier",
    "NewDBInstanceIdentifier",
    "NewGlobalClusterIdentifier",
)
DATABASE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
LONGEST_DATABASE = {MYSQL: 64, AURORA_MYSQL: 64}
USER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
LONGEST_USER = {MYSQL: 16, AURORA_MYSQL: 16}
# Those that somebody might want; both engines' lists are longer:
# https://www.postgresql.org/docs/current/sql-keywords-appendix.html
# https://dev.mysql.com/doc/refman/8.0/en/keywords.html
RESERVED = frozenset(
    re.findall(
        r"\w+",
        """
        all and any as asc both case check column create default desc distinct do else
        end for foreign from grant group having in into join key leading like limit not null on
        or order primary references select table then to trailing union unique user using when
        where with
        """,
    )
)
RESERVED_DATABASES = {
    "postgresql": frozenset({"postgres", "rdsadmin", "template0", "template1"}),
    "mysql": frozenset({"information_schema", "innodb", "mysql", "performance_schema", "sys"}),
}
RESERVED_USERS = {
    "postgresql": frozenset({"admin", "rdsadmin", "rdsrepladmin", "rds_superuser"}),
    "mysql": frozenset({"rdsadmin", "rdsrepladmin", "root"}),
}
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = {POSTGRES: 128}
OTHERS_LONGEST_PASSWORD = 41
PASSWORD = re.compile(r"[!-~]*")
NOT_IN_PASSWORDS = frozenset('/@"')


def of_engine(table: dict[str, frozenset[str]], engine: str) -> frozenset[str]:
    """The entry for an engine's dialect."""
    return table["postgresql" if engine in POSTGRESQLS else "mysql"]


def identifiers_are_well_formed(call: Call) -> None:
    """Refuses identifiers that are not 1 to 63 letters, digits and hyphens, begin with no letter,
    or have a hyphen at their end or two in a row.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html
    """
    for name in IDENTIFIERS:
        given = call.parameters.get(name)
        if given is not None and not _fits(IDENTIFIER, given, LONGEST):
            raise Refusal(
                WRONG,
                f"The parameter {name} is not a valid identifier: '{given}'. Identifiers must "
                "begin with a letter; must contain only ASCII letters, digits, and hyphens, at "
                f"most {LONGEST} in all; and must not end with a hyphen or contain two consecutive "
                "hyphens.",
            )


def group_names_are_well_formed(call: Call) -> None:
    """Refuses a subnet group's or parameter group's name with characters that RDS does not allow,
    and a subnet group called default.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html
    """
    patterns = {
        "DBSubnetGroupName": SUBNET_GROUP,
        "DBParameterGroupName": IDENTIFIER,
        "DBClusterParameterGroupName": IDENTIFIER,
    }
    for name, pattern in patterns.items():
        given = call.parameters.get(name)
        if given is None:
            continue
        if not _fits(pattern, given, LONGEST_GROUP) or given.lower() == "default":
            raise Refusal(WRONG, f"The parameter {name} is not a valid identifier: '{given}'")


def _fits(pattern: re.Pattern[str], text: str, longest: int) -> bool:
    return len(text) <= longest and pattern.fullmatch(text) is not None


def identifiers_are_free(call: Call) -> None:
    """Refuses a second cluster, global cluster or subnet group of a name.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
    """
    kind = call.operation.removeprefix("Create")
    there: dict[str, tuple[str, str, Iterable[str]]] = {
        "DBCluster": ("Identifier", "DBClusterAlreadyExistsFault", backend(call).clusters),
        "DBSubnetGroup": ("Name", "DBSubnetGroupAlreadyExists", backend(call).subnet_groups),
        "GlobalCluster": (
            "Identifier",
            "GlobalClusterAlreadyExistsFault",
            rds_backends[call.account][GLOBAL_REGION].global_clusters,
        ),
    }
    suffix, code, taken = there[kind]
    name = call.parameters[kind + suffix]
    if name in taken:
        raise Refusal(code, f"{kind}{suffix}: '{name}' exists already")


def database_names_are_taken(call: Call) -> None:
    """Refuses a database's name that its engine does not allow or reserves.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
    """
    name = "DBName" if call.operation == "CreateDBInstance" else "DatabaseName"
    given, engine = call.parameters.get(name), call.parameters.get("Engine", "")
    if given is None or (call.parameters.get("DBClusterIdentifier") and name == "DBName"):
        return
    longest = LONGEST_DATABASE.get(engine, LONGEST)
    if not _fits(DATABASE, given, longest):
        raise Refusal(
            WRONG,
            f"{name}: '{given}' must begin with a letter and contain only alphanumeric characters "
            f"and underscores, at most {longest}",
        )
    if given.lower() in RESERVED | of_engine(RESERVED_DATABASES, engine):
        raise Refusal(
            WRONG, f"{name} {given} cannot be used. It is a reserved word for this engine"
        )


def master_users_are_taken(call: Call) -> None:
    """Refuses a master user's name that its engine does not allow or reserves, such as admin for
    PostgreSQL.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
    """
    given, engine = call.parameters.get("MasterUsername"), call.parameters.get("Engine", "")
    if given is None:
        return
    longest = LONGEST_USER.get(engine, LONGEST)
    if not _fits(USER, given, longest) or given.lower().startswith("pg_"):
        raise Refusal(
            WRONG,
            f"MasterUsername: '{given}' must begin with a letter, contain only alphanumeric "
            f"characters and underscores, at most {longest}, and not begin with pg_",
        )
    if given.lower() in RESERVED | of_engine(RESERVED_USERS, engine):
        raise Refusal(
            WRONG,
            f"MasterUsername {given} cannot be used as it is a reserved word used by the engine",
        )


def passwords_are_taken(call: Call) -> None:
    """Refuses a master password that is too short or too long, or has other than printable ASCII
    characters besides /, @, " and space.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
    """
    given = call.parameters.get("MasterUserPassword")
    if given is None:
        return
    longest = LONGEST_PASSWORD.get(_engine(call), OTHERS_LONGEST_PASSWORD)
    if not SHORTEST_PASSWORD <= len(given) <= longest:
        raise Refusal(
            WRONG,
            f"The parameter MasterUserPassword is not a valid password: it has {len(given)} "
            f"characters, of {SHORTEST_PASSWORD} to {longest}",
        )
    if not PASSWORD.fullmatch(given) or not NOT_IN_PASSWORDS.isdisjoint(given):
        raise Refusal(
            WRONG,
            "The parameter MasterUserPassword is not a valid password. Only printable ASCII "
            "characters besides '/', '@', '\"', ' ' may be used.",
        )


def _engine(call: Call) -> str:
    """The engine of what is created or changed."""
    known = instance_of(call) or cluster_of(call)
    return call.parameters.get("Engine") or getattr(known, "engine", "")


_NEW = (identifiers_are_well_formed,)
_MASTER = (database_names_are_taken, master_users_are_taken, passwords_are_taken)
RULES: Rules = {
    ("rds", "CreateGlobalCluster"): (*_NEW, identifiers_are_free, database_names_are_taken),
    ("rds", "ModifyGlobalCluster"): _NEW,
    ("rds", "CreateDBCluster"): (*_NEW, identifiers_are_free, *_MASTER),
    ("rds", "ModifyDBCluster"): (*_NEW, passwords_are_taken),
    ("rds", "CreateDBInstance"): (*_NEW, *_MASTER),
    ("rds", "CreateDBInstanceReadReplica"): _NEW,
    ("rds", "ModifyDBInstance"): (*_NEW, passwords_are_taken),
    ("rds", "CreateDBSubnetGroup"): (group_names_are_well_formed, identifiers_are_free),
    ("rds", "CreateDBParameterGroup"): (group_names_are_well_formed,),
    ("rds", "CreateDBClusterParameterGroup"): (group_names_are_well_formed,),
}
