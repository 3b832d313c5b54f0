import type Sqlite from 'better-sqlite3';

/** Distinct statements kept prepared; the journal's own are about 30. */
const MAX_STATEMENTS = 200;

/** Statements of one connection by their text: preparing one takes longer than running it. */
export class PreparedStatements {
  readonly #connection: Sqlite.Database;
  readonly #statements = new Map<string, Sqlite.Statement>();

  constructor(connection: Sqlite.Database) {
    this.#connection = connection;
  }

  /** @throws SqliteError when the text is not a statement of this schema. */
  of(sql: string): Sqlite.Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#connection.prepare(sql);
    if (this.#statements.size >= MAX_STATEMENTS) this.#statements.clear();
    this.#statements.set(sql, statement);
    return statement;
  }
}
