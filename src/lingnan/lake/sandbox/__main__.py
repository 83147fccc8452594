"""`python -m lingnan.lake.sandbox`: the process in which one statement runs; started by the sandbox, not by people."""

from lingnan.lake.sandbox.child import main

main()
