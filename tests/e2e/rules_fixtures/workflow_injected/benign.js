// Must trip nothing, close as it is to workflow_injected.
const path = ".github/workflows/test.yml";
const step = "env: { TOKEN: ${{ secrets.FIXTURE }} }";
