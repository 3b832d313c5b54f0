/** The command line as its users start it: a process of its own, for tests. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'vitest';
import { cliEntry } from '../../testing/cli-entry.ts';
import { SPARING } from '../../testing/sparing.ts';

export type Answer = { readonly code: number; readonly stdout: string; readonly stderr: string };

export async function parallax(...args: string[]): Promise<Answer> {
  const child = spawn(process.execPath, [...SPARING, cliEntry(), ...args]);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? -1, stdout, stderr };
}

/** Exactly one JSON object on stdout. */
export function json(answer: Answer): Record<string, unknown> {
  expect(answer.stdout.trimEnd().split('\n')).toHaveLength(1);
  return JSON.parse(answer.stdout) as Record<string, unknown>;
}
