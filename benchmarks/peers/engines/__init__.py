"""One slice of the marts in each engine, a script each."""
