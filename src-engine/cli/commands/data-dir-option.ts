import { resolve } from 'node:path';
import { defaultDataDir } from '../../config/data-dir.ts';
import { type CommandArgs, textOption } from '../command.ts';

/** The folder named by --data-dir, else the platform's. */
export function dataDirOf(args: CommandArgs): string {
  return resolve(textOption(args, 'data-dir') ?? defaultDataDir());
}
