/** A database of one test, opened as often as the test asks and closed when it is over. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { TestDatabase } from '../../testing/databases.ts';
import type { Database } from '../database-types.ts';
import { type DatabaseLocation, openDatabase } from '../database.ts';

export class ChainedDatabase {
  dataDir = '';
  location: DatabaseLocation = { dataDir: '' };
  readonly #opened: Database[] = [];

  /** Of every test of the group in which it is made; a kind that is missing leaves them out. */
  constructor({ fresh, missing }: TestDatabase) {
    beforeEach(async ({ skip }) => {
      skip(missing !== undefined);
      this.dataDir = mkdtempSync(join(tmpdir(), 'parallax-chained-'));
      const place = await fresh();
      this.location = 'url' in place ? { url: place.url, dataDir: this.dataDir } : { dataDir: this.dataDir };
    });
    afterEach(async () => {
      for (const database of this.#opened.splice(0)) await database.close();
      rmSync(this.dataDir, { recursive: true, force: true });
    });
  }

  /** Another connection, closed at the end of the test. */
  async open(): Promise<Database> {
    const database = await openDatabase(this.location);
    this.#opened.push(database);
    return database;
  }
}
