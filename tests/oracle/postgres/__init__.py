"""PostgreSQL's tree, as pglast prints it in JSON, turned into facts: lines of text that lockwise must agree with."""
