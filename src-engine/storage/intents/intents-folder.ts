import { join } from 'node:path';
import { placeOf } from '../database-place.ts';

/** The intent journal of a data folder, one for each database that its engine has used. @param url of PostgreSQL. */
export function intentsFolder(dataDir: string, url: string | undefined): string {
  return join(dataDir, url === undefined ? 'intents' : `intents-${placeOf(url)}`);
}
