/**
 * Proxy sessions in a database. `NodeSqlite` has an import path of its own, since it needs Node.
 */
export {}
