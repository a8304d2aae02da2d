"""What RDS's engines are called, and the parameter group families of their versions.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_WorkingWithParamGroups.html
"""

AURORA_POSTGRESQL, AURORA_MYSQL = "aurora-postgresql", "aurora-mysql"
POSTGRES, MYSQL = "postgres", "mysql"
AURORA = (AURORA_POSTGRESQL, AURORA_MYSQL)
POSTGRESQLS = (AURORA_POSTGRESQL, POSTGRES)
FIRST_WITHOUT_MINOR = 10


def family(engine: str, version: str) -> str:
    """The family of an engine's version: aurora-postgresql16 for 16.6, and mysql8.0 for 8.0.40."""
    major, _, rest = version.partition(".")
    whole = engine in POSTGRESQLS and int(major) >= FIRST_WITHOUT_MINOR
    return f"{engine}{major}" if whole else f"{engine}{major}.{rest.partition('.')[0]}"
