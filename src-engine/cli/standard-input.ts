import { fstatSync, type Stats } from 'node:fs';
import { UserError } from '../domain/errors.ts';
import { isOpenToOthers } from '../lib/regular-file.ts';
import type { Output } from './command.ts';

/** Longest input: two lines of a few hundred characters, or a key in the lines of PEM. */
export const MAX_INPUT = 4_096;

/**
 * Secrets come from here, never from arguments: those are seen by every program of this machine.
 * @throws UserError where it is a file that others can read.
 */
export async function readStandardInput(output: Output, prompt: string): Promise<string> {
  demandPrivate(standardInput(), 'standard input', 'FILE');
  if (process.stdin.isTTY) output.note(prompt);
  let text = '';
  for await (const chunk of process.stdin) {
    text += String(chunk);
    if (text.length > MAX_INPUT) break;
  }
  return text;
}

/** @throws UserError where it is closed. */
function standardInput(): Stats {
  try {
    return fstatSync(0);
  } catch {
    throw new UserError({
      code: 'no-input',
      field: 'standard input',
      message: 'is closed',
      remedy: 'Run it in a terminal, or give it a file: COMMAND < FILE.',
    });
  }
}

/** What others can read is no secret, and what they can change is not what its owner wrote. @throws UserError for such a file. */
export function demandPrivate(found: Pick<Stats, 'isFile' | 'mode'>, field: string, path: string): void {
  if (!found.isFile() || !isOpenToOthers(found.mode)) return;
  throw new UserError({
    code: 'secret-open-to-others',
    field,
    value: path === 'FILE' ? '' : path,
    message: 'is a file that others can read or change',
    remedy: `Run: chmod 600 ${path}. If others may have read it, use another key.`,
  });
}
