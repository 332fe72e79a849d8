"""What makes a new database ready for its application: the command of a one-shot task (trap 28).

RDS has no API for users inside a database. So `psql`, from any official postgres image, creates
the application's user and extensions as the master user, whom no application ever becomes.
"""

import re
from collections.abc import Mapping, Sequence

import pulumi

from components.errors import ArgumentError
from components.secret_reference import SecretReference

_EXTENSION = re.compile(r"[a-z][a-z0-9_-]*")
# Every statement may be run again on what an earlier run left behind. psql itself quotes the
# values, which reach it as environment variables: they are in no command line, and no name or
# password can end a statement. It quotes nothing inside of a text, hence format() and \gexec,
# which runs the statements that a query returns.
_SQL = r"""
\set ON_ERROR_STOP on
\getenv user APP_USER
\getenv password APP_PASSWORD
\getenv database PGDATABASE
\getenv extensions APP_EXTENSIONS
-- A server that logs statements would log the password; not every master user may stop it.
DO $$ BEGIN
  PERFORM set_config('log_statement', 'none', false);
  PERFORM set_config('log_min_duration_statement', '-1', false);
  PERFORM set_config('log_min_error_statement', 'panic', false);
EXCEPTION WHEN insufficient_privilege THEN NULL; END $$;
SELECT format('CREATE ROLE %I', :'user')
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'user') \gexec
ALTER ROLE :"user" LOGIN;
ALTER ROLE :"user" PASSWORD :'password';
-- Only who belongs to a role may give it something.
GRANT :"user" TO CURRENT_USER;
ALTER DATABASE :"database" OWNER TO :"user";
-- Before PostgreSQL 15 the schema is RDS's own, and everybody may create tables in it.
SELECT format('ALTER SCHEMA public OWNER TO %I', :'user')
  FROM pg_namespace WHERE nspname = 'public' AND pg_has_role(nspowner, 'USAGE') \gexec
SELECT format('CREATE EXTENSION IF NOT EXISTS %I', name)
  FROM unnest(string_to_array(:'extensions', ',')) AS name \gexec
"""


def bootstrap_command() -> list[str]:
    """The command, for any official postgres image from version 15.

    It ends with code 3 at the first statement that fails, with 2 where it cannot connect.
    """
    return ["sh", "-c", f"exec psql --no-psqlrc --quiet <<'SQL'{_SQL}SQL\n"]


def bootstrap_environment(
    *,
    host: pulumi.Input[str],
    port: pulumi.Input[int],
    database: pulumi.Input[str],
    user: pulumi.Input[str],
    extensions: Sequence[str] = (),
) -> dict[str, pulumi.Input[str]]:
    """The variables that anybody may see.

    Args:
        host: Host of the database. Source: Database.host.
        port: Its port. Source: Database.port.
        database: The database to hand over. Source: Database.database_name.
        user: The application's user. Source: Database.user_name.
        extensions: Extensions to create, by PostgreSQL's names; none by default.

    Raises:
        ArgumentError: A name is none of an extension's.
    """
    if not all(_EXTENSION.fullmatch(each) for each in extensions):
        remedy = "use PostgreSQL's names: lower-case letters, digits, - and _"
        raise ArgumentError("DatabaseBootstrap", "extensions", list(extensions), remedy)
    return {
        "PGHOST": host,
        "PGPORT": pulumi.Output.from_input(port).apply(str),
        "PGDATABASE": database,
        # Without it psql would go on in clear where the server allows that.
        "PGSSLMODE": "require",
        "APP_USER": user,
        "APP_EXTENSIONS": ",".join(extensions),
    }


def bootstrap_secrets(
    *,
    master_secret_arn: pulumi.Input[str],
    secret_arn: pulumi.Input[str],
    secret_version_id: pulumi.Input[str] | None = None,
    secret_document: pulumi.Input[str] | None = None,
) -> Mapping[str, SecretReference]:
    """The variables from Secrets Manager.

    Args:
        master_secret_arn: Secret that RDS keeps and rotates, always read in its current version.
            Source: Database.master_secret_arn.
        secret_arn: The application's secret. Source: Database.secret_arn.
        secret_version_id: Version of it; with it a new password runs the bootstrap again, which
            sets it. Source: Database.secret_version_id.
        secret_document: Text of it, for a runtime that cannot read it. Source:
            Database.secret_document. Of the master user's only AWS knows the text.
    """
    return {
        "PGUSER": SecretReference(secret_arn=master_secret_arn, json_key="username"),
        "PGPASSWORD": SecretReference(secret_arn=master_secret_arn, json_key="password"),
        "APP_PASSWORD": SecretReference(
            secret_arn=secret_arn,
            json_key="password",
            version_id=secret_version_id,
            document=secret_document,
        ),
    }
