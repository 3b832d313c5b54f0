import type { Output } from './command.ts';

/** Longest input: two lines of a few hundred characters, or a key in the lines of PEM. */
export const MAX_INPUT = 4_096;

/** Secrets come from here, never from arguments: those are seen by every program of this machine. */
export async function readStandardInput(output: Output, prompt: string): Promise<string> {
  if (process.stdin.isTTY) output.note(prompt);
  let text = '';
  for await (const chunk of process.stdin) {
    text += String(chunk);
    if (text.length > MAX_INPUT) break;
  }
  return text;
}
