"""One vendor a module, each behind a port of the kernel."""
