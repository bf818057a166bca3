# Trips repository_push_with_token.
raise SystemExit("a fixture: never run")
SCRIPT = r"""
git clone https://x-access-token:PLACEHOLDER@example.invalid/placeholder.git
git commit --no-verify -m placeholder
git push
"""
