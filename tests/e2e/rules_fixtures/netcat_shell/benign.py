# Must trip nothing, close as it is to netcat_shell.
SCRIPT = r"""
nc -z localhost 5432 || echo 'the database is not up'
"""
