//! Stories, each told once and run on both engines.
