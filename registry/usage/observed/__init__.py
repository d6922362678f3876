"""What people and programs are shown of observations: ways of use, single calls, traces, a surface's tab, sealed hours."""
