# Must trip nothing, close as it is to repository_push_with_token.
SCRIPT = r"""
git clone https://example.invalid/docs.git
git commit -m 'New pages'
git push
"""
