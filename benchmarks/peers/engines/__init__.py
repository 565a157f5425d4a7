"""One slice of the marts in each engine; every module is run in the environment of the peers, as a script."""
