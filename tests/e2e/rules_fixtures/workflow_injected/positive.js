// Trips workflow_injected.
throw new Error("a fixture: never run");
const path = ".github/workflows/placeholder.yml";
const step = "run: echo ${{ toJSON(secrets) }}";
