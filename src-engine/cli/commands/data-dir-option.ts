import { resolve } from 'node:path';
import { defaultDataDir } from '../../config/data-dir.ts';
import { type CommandArgs, type OptionRows, textOption } from '../command.ts';

/** Of every command that looks into the data folder or calls the engine that runs on it. */
export const DATA_DIR_OPTION = {
  'data-dir': {
    value: 'DIR',
    words: 'the data folder of the engine',
    usual: defaultDataDir(),
    example: './data',
  },
} as const satisfies OptionRows;

/** The folder named by --data-dir, else the platform's. */
export function dataDirOf(args: CommandArgs): string {
  return resolve(textOption(args, 'data-dir') ?? defaultDataDir());
}
